-- Who opened, printed or took along which record of a house or household, when, as what and on which duty (decision 0045). A line has no
-- name and no telephone number: the account, the role in use and the area that the account answered for then. at leads the key: lines
-- are written in the order of time, read by a span of it, and go in that order. household is a label where the record is of one.
-- area_id is of a list or a file of many: 'ward', or the group or beat that it was of. asked holds the filter of a list as codes; what
-- was typed into a search is not kept.
create table seen (
  ward_id integer not null references wards (id),
  at bigint not null,
  id text not null,
  account_id text not null,
  role text not null,
  place text not null,
  house_id text not null,
  household text not null,
  area_id text not null,
  what text not null,
  duty text not null,
  asked text not null,
  listed integer not null,
  outside boolean not null,
  primary key (ward_id, at, id)
) {in key};
@postgres comment on table seen is 'dist:ward';
create index seen_house on seen (ward_id, house_id, at, id) where house_id <> '';
create index seen_area on seen (ward_id, area_id, at, id) where area_id <> '';
create index seen_account on seen (ward_id, account_id, at);

-- Reading that was unusual on a day, for the data protection officer to look at: which rule, what was measured, what is usual for the
-- account. state: new; fine (there is a reason); asked (the account is asked for it); answered.
create table unusual (
  ward_id integer not null references wards (id),
  id text not null,
  day text not null,
  account_id text not null,
  role text not null,
  place text not null,
  rule text not null,
  house_id text not null,
  measured integer not null,
  usual integer not null,
  state text not null check (state in ('new', 'fine', 'asked', 'answered')),
  note text not null,
  answer text not null,
  noted_at bigint not null,
  answered_at bigint not null,
  found_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  unique (ward_id, day, account_id, role, rule, house_id)
);
@postgres comment on table unusual is 'dist:ward';
create index unusual_open on unusual (ward_id, day, id) where state in ('new', 'asked', 'answered');
create index unusual_account on unusual (ward_id, account_id, day);
