-- Announcements with whom they reach, the plates on the doors, and the ward's own telephone numbers.

-- What is said to a part of the ward. Until send_at it is seen by who writes it only; expires_on is its last day, or ''.
-- Who wrote it is kept for the record; readers see the sender, which is an office and never a person.
create table notices (
  ward_id integer not null references wards (id),
  id text not null,
  state text not null check (state in ('draft', 'sent', 'withdrawn', 'dropped')),
  title text not null,
  body text not null,
  urgent boolean not null,
  reason text not null,
  open_to_all boolean not null,
  area text not null check (area in ('ward', 'groups', 'streets', 'beats', 'houses')),
  to_heads boolean not null,
  to_households boolean not null,
  to_officers boolean not null,
  to_leads boolean not null,
  sender text not null,
  season text not null,
  corrects_id text,
  send_at bigint,
  expires_on text not null,
  houses integer not null,
  households integer not null,
  officers integer not null,
  leads integer not null,
  file text not null,
  file_kind text not null check (file_kind in ('', 'photo', 'pdf')),
  file_name text not null,
  withdrawn_at bigint,
  withdrawn_why text not null,
  created_at bigint not null,
  created_by text not null,
  created_account text not null,
  created_role text not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, corrects_id) references notices (ward_id, id)
);
@postgres comment on table notices is 'dist:ward';
create index notices_sent on notices (ward_id, send_at);
create index notices_corrects on notices (ward_id, corrects_id) where corrects_id is not null;
create unique index notices_season on notices (ward_id, season) where season <> '';

-- The groups, streets, beats or houses that an announcement was addressed to, as its area says.
create table notice_areas (
  ward_id integer not null,
  notice_id text not null,
  ref_id text not null,
  primary key (ward_id, notice_id, ref_id),
  foreign key (ward_id, notice_id) references notices (ward_id, id)
) {in key};
@postgres comment on table notice_areas is 'dist:ward';

-- The houses that an announcement was sent to, fixed when it is sent, with how far the word has come.
create table notice_houses (
  ward_id integer not null,
  notice_id text not null,
  house_id text not null,
  households integer not null,
  known integer not null,
  head_read_at bigint,
  head_known_at bigint,
  primary key (ward_id, notice_id, house_id),
  foreign key (ward_id, notice_id) references notices (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table notice_houses is 'dist:ward';
create index notice_houses_house on notice_houses (ward_id, house_id, notice_id);

-- A household that knows: it was told at the door, or read for itself. The household is its label (H01), never a name.
create table notice_households (
  ward_id integer not null,
  notice_id text not null,
  house_id text not null,
  household text not null,
  how text not null check (how in ('told', 'read')),
  noted_at bigint not null,
  primary key (ward_id, notice_id, house_id, household),
  foreign key (ward_id, notice_id, house_id) references notice_houses (ward_id, notice_id, house_id)
) {in key};
@postgres comment on table notice_households is 'dist:ward';

-- That an account has opened an announcement, and that it said so: for what is unread in its own list, and for counts.
create table notice_reads (
  ward_id integer not null,
  notice_id text not null,
  account_id text not null,
  role text not null,
  read_at bigint not null,
  known_at bigint,
  primary key (ward_id, notice_id, account_id),
  foreign key (ward_id, notice_id) references notices (ward_id, id)
) {in key};
@postgres comment on table notice_reads is 'dist:ward';

-- The codes on the plates of the doors. A house has one that holds; a renewed one stays to say so kindly.
create table doors (
  ward_id integer not null,
  token text not null,
  house_id text not null,
  made_at bigint not null,
  made_by text not null,
  printed_at bigint,
  ended_at bigint,
  primary key (ward_id, token),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table doors is 'dist:ward';
create unique index doors_house on doors (ward_id, house_id) where ended_at is null;

-- Telephone numbers of offices, never of persons: the ward police on duty, the committee, and each beat's office ('' otherwise).
create table office_phones (
  ward_id integer not null references wards (id),
  office text not null check (office in ('duty', 'committee', 'beat')),
  beat_id text not null,
  phone text not null,
  updated_at bigint not null,
  updated_by text not null,
  primary key (ward_id, office, beat_id)
) {in key};
@postgres comment on table office_phones is 'dist:ward';
