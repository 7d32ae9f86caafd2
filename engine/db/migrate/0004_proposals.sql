-- What people propose about a place, and the days on which the ward works, by which its answers fall due.

-- The ward's own days beside those of the law: 'off' is not worked, 'worked' is, also where the law or the weekend says otherwise.
create table holidays (
  ward_id integer not null references wards (id),
  day text not null,
  kind text not null check (kind in ('off', 'worked')),
  name text not null,
  noted_at bigint not null,
  noted_by text not null,
  primary key (ward_id, day)
);
@postgres comment on table holidays is 'dist:ward';

-- A proposal is about a place in or at a house, never about a person. A draft waits for its sender to say that it is urgent all
-- the same, or that it is another thing than the one offered; nobody else sees it.
create table proposals (
  ward_id integer not null references wards (id),
  id text not null,
  house_id text not null,
  household text not null,
  raised_as text not null,
  sent_by text not null,
  state text not null check (state in ('draft', 'new', 'received', 'working', 'answered', 'reopened', 'closed')),
  year integer not null,
  number integer not null,
  category text not null,
  place text not null,
  title text not null,
  body text not null,
  urgent boolean not null,
  public boolean not null,
  wish text not null,
  unit text not null,
  unit_name text not null,
  level integer not null check (level between 0 and 2),
  climbed_on text not null,
  days integer not null,
  counted_from text not null,
  due_on text not null,
  first_due_on text not null,
  first_answered_on text not null,
  result text not null check (result in ('', 'solved', 'passed_on', 'not_ours')),
  answer text not null,
  document text not null,
  ticket text not null,
  satisfied text not null check (satisfied in ('', 'yes', 'no', 'silent', 'withdrawn')),
  joined integer not null,
  reopened integer not null,
  drafted_at bigint not null,
  sent_at bigint not null,
  answered_at bigint not null,
  closed_at bigint not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table proposals is 'dist:ward';
create index proposals_house on proposals (ward_id, house_id, state);
create index proposals_due on proposals (ward_id, due_on, id) where state in ('new', 'received', 'working', 'reopened');
create index proposals_order on proposals (ward_id, sent_at, id);
create unique index proposals_number on proposals (ward_id, year, number) where number > 0;

-- The last number given in a year: two proposals sent at once take turns at this row.
create table proposal_numbers (
  ward_id integer not null references wards (id),
  year integer not null,
  last integer not null,
  primary key (ward_id, year)
);
@postgres comment on table proposal_numbers is 'dist:ward';

-- Every step, as its sender reads it; never changed.
create table proposal_steps (
  ward_id integer not null,
  id text not null,
  proposal_id text not null,
  kind text not null,
  at bigint not null,
  actor text not null,
  role text not null,
  unit text not null,
  unit_name text not null,
  note text not null,
  document text not null,
  primary key (ward_id, id),
  foreign key (ward_id, proposal_id) references proposals (ward_id, id)
);
@postgres comment on table proposal_steps is 'dist:ward';
create index proposal_steps_of on proposal_steps (ward_id, proposal_id, id);

-- "Tôi cũng gặp": who has the same thing at their door.
create table proposal_joins (
  ward_id integer not null,
  proposal_id text not null,
  account_id text not null,
  house_id text not null,
  joined_at bigint not null,
  primary key (ward_id, proposal_id, account_id),
  foreign key (ward_id, proposal_id) references proposals (ward_id, id)
);
@postgres comment on table proposal_joins is 'dist:ward';
create index proposal_joins_account on proposal_joins (ward_id, account_id);

-- "Việc khác": somebody said that these two are not the same thing; they are not offered to each other again.
create table proposals_apart (
  ward_id integer not null,
  proposal_id text not null,
  other_id text not null,
  primary key (ward_id, proposal_id, other_id),
  foreign key (ward_id, proposal_id) references proposals (ward_id, id),
  foreign key (ward_id, other_id) references proposals (ward_id, id)
);
@postgres comment on table proposals_apart is 'dist:ward';
create index proposals_apart_other on proposals_apart (ward_id, other_id);

create table proposal_photos (
  ward_id integer not null,
  id text not null,
  proposal_id text not null,
  file text not null,
  width integer not null,
  height integer not null,
  size integer not null,
  sha256 text not null,
  taken_at bigint not null,
  primary key (ward_id, id),
  foreign key (ward_id, proposal_id) references proposals (ward_id, id)
);
@postgres comment on table proposal_photos is 'dist:ward';
create index proposal_photos_of on proposal_photos (ward_id, proposal_id);

-- What is left of a month's proposals once they are deleted: how many fell due in it, and how many were answered in time.
create table proposal_months (
  ward_id integer not null references wards (id),
  month text not null,
  due integer not null,
  on_time integer not null,
  primary key (ward_id, month)
);
@postgres comment on table proposal_months is 'dist:ward';
