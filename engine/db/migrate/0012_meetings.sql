-- Meetings of the households of a house, of a residential group or of the ward, from the invitation to the minutes (Law
-- 10/2022/QH15; Decree 59/2023/NĐ-CP, form 03). Attendance counts households by their labels; no person is listed.

-- Until invited_at is set only who convenes sees a meeting. Minutes are frozen in frozen, with sha256 over exactly those bytes,
-- once the chair and the secretary have confirmed them; nothing of the meeting changes after that.
create table meetings (
  ward_id integer not null references wards (id),
  id text not null,
  level text not null check (level in ('house', 'group', 'ward')),
  house_id text,
  group_id text,
  state text not null check (state in ('planned', 'held', 'minuted', 'cancelled')),
  title text not null,
  agenda text not null,
  place text not null,
  starts_at bigint not null,
  lasts integer not null,
  guests text not null,
  quorum_pct integer not null,
  pass_pct integer not null,
  households integer not null,
  present integer not null,
  invited_at bigint,
  sequence integer not null,
  token text not null,
  began_at bigint,
  ended_at bigint,
  chair_role text not null,
  chair_name text not null,
  secretary_house text not null,
  secretary_household text not null,
  secretary_role text not null,
  chair_confirmed_at bigint,
  chair_account text not null,
  chair_sha256 text not null,
  secretary_confirmed_at bigint,
  secretary_way text not null check (secretary_way in ('', 'account', 'paper')),
  sha256 text not null,
  frozen {bytes},
  cancelled_at bigint,
  cancel_why text not null,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  unique (ward_id, token),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id)
);
@postgres comment on table meetings is 'dist:ward';
create index meetings_starts on meetings (ward_id, starts_at);
create index meetings_house on meetings (ward_id, house_id, starts_at) where house_id is not null;

-- The houses whose households are invited, with how many households each has and how many of them came.
create table meeting_houses (
  ward_id integer not null,
  meeting_id text not null,
  house_id text not null,
  households integer not null,
  present integer not null,
  primary key (ward_id, meeting_id, house_id),
  foreign key (ward_id, meeting_id) references meetings (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table meeting_houses is 'dist:ward';
create index meeting_houses_house on meeting_houses (ward_id, house_id);

-- The households that came: the label and nothing else.
create table meeting_households (
  ward_id integer not null,
  meeting_id text not null,
  house_id text not null,
  household text not null,
  how text not null check (how in ('door', 'round', 'tick')),
  noted_at bigint not null,
  primary key (ward_id, meeting_id, house_id, household),
  foreign key (ward_id, meeting_id, house_id) references meeting_houses (ward_id, meeting_id, house_id)
) {in key};
@postgres comment on table meeting_households is 'dist:ward';

-- What was voted on, with how many households were there at that moment.
create table meeting_votes (
  ward_id integer not null,
  id text not null,
  meeting_id text not null,
  subject text not null,
  method text not null check (method in ('hands', 'ballot')),
  present integer not null,
  votes_for integer not null,
  votes_against integer not null,
  votes_other integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, meeting_id) references meetings (ward_id, id)
);
@postgres comment on table meeting_votes is 'dist:ward';
create index meeting_votes_meeting on meeting_votes (ward_id, meeting_id);

-- What was talked about, by theme; who said what is not kept.
create table meeting_themes (
  ward_id integer not null,
  meeting_id text not null,
  theme text not null,
  body text not null,
  primary key (ward_id, meeting_id, theme),
  foreign key (ward_id, meeting_id) references meetings (ward_id, id)
) {in key};
@postgres comment on table meeting_themes is 'dist:ward';

-- What was concluded: what is to be done, by which role, until when. measure_id names the measure that came of it.
create table meeting_conclusions (
  ward_id integer not null,
  id text not null,
  meeting_id text not null,
  content text not null,
  owner text not null,
  due_on text not null,
  measure_id text not null,
  primary key (ward_id, id),
  foreign key (ward_id, meeting_id) references meetings (ward_id, id)
);
@postgres comment on table meeting_conclusions is 'dist:ward';
create index meeting_conclusions_meeting on meeting_conclusions (ward_id, meeting_id);

-- What is added to minutes that are frozen; the minutes themselves stay as they are.
create table meeting_addenda (
  ward_id integer not null,
  id text not null,
  meeting_id text not null,
  body text not null,
  added_at bigint not null,
  added_by text not null,
  primary key (ward_id, id),
  foreign key (ward_id, meeting_id) references meetings (ward_id, id)
);
@postgres comment on table meeting_addenda is 'dist:ward';
create index meeting_addenda_meeting on meeting_addenda (ward_id, meeting_id);

-- How many households must come and how many of those present must agree, where the ward says otherwise than more than half.
create table meeting_rules (
  ward_id integer not null references wards (id),
  level text not null check (level in ('house', 'group', 'ward')),
  quorum_pct integer not null,
  pass_pct integer not null,
  updated_at bigint not null,
  updated_by text not null,
  primary key (ward_id, level)
);
@postgres comment on table meeting_rules is 'dist:ward';

-- The address under which the calendar of an account in one role can be subscribed to. Renewing it makes the old one nobody's.
create table calendar_feeds (
  ward_id integer not null,
  account_id text not null,
  role text not null,
  token text not null,
  made_at bigint not null,
  primary key (ward_id, account_id, role),
  unique (ward_id, token),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
) {in key};
@postgres comment on table calendar_feeds is 'dist:ward';
