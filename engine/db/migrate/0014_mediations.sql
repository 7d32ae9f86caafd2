-- The mediation register of a residential group.

-- One case of the register (domain.md §5.2, F7): days, counts, codes. Who the parties are and what was said stand in the paper book
-- only: there is no column for a name, an age, an address or a story. exclusion says how the check that comes before everything
-- went; a case that did not pass it is referred, and referred is the end. An early settling by a house head names the head's own
-- house; a case of the mediators names none. guests: codes by commas.
create table mediations (
  ward_id integer not null,
  id text not null,
  record text not null check (record in ('early', 'formal')),
  group_id text not null,
  house_id text,
  year integer not null,
  number integer not null,
  state text not null check (state in ('checked', 'open', 'running', 'settled', 'unsettled', 'stopped', 'handed', 'referred')),
  exclusion text not null check (exclusion in ('passed', 'violence', 'crime', 'sanction', 'public', 'barred')),
  received_on text not null,
  ground text not null check (ground in ('', 'asked', 'witnessed', 'assigned')),
  scope text not null check (scope in ('', 'living', 'noise', 'hygiene', 'utilities', 'parking', 'boundary', 'loan', 'family', 'misc')),
  guests text not null,
  parties integer not null,
  households integer not null,
  started_on text not null,
  ended_on text not null,
  written boolean not null,
  court boolean not null,
  book integer not null,
  page integer not null,
  follow_by text not null,
  followed_on text not null,
  kept text not null check (kept in ('', 'kept', 'partly', 'broken')),
  early_id text,
  account_id text not null,
  created_at bigint not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, early_id) references mediations (ward_id, id),
  check ((record = 'early') = (house_id is not null)),
  check ((state = 'referred') = (exclusion <> 'passed')),
  check (state in ('checked', 'referred') or (scope <> '' and number > 0))
);
@postgres comment on table mediations is 'dist:ward';
create unique index mediations_number on mediations (ward_id, group_id, record, year, number) where number > 0;
create index mediations_house on mediations (ward_id, house_id) where house_id is not null;
create unique index mediations_early on mediations (ward_id, early_id) where early_id is not null;

-- When the parties sat together, and whether others could listen.
create table mediation_sessions (
  ward_id integer not null,
  mediation_id text not null,
  n integer not null,
  held_on text not null,
  in_public boolean not null,
  primary key (ward_id, mediation_id, n),
  foreign key (ward_id, mediation_id) references mediations (ward_id, id)
) {in key};
@postgres comment on table mediation_sessions is 'dist:ward';

-- The steps on the card of a neighbourly agreement: a code of the list, or a line of one's own that ground/civil/personal has looked
-- through.
create table mediation_steps (
  ward_id integer not null,
  mediation_id text not null,
  n integer not null,
  step text not null,
  line text not null,
  primary key (ward_id, mediation_id, n),
  foreign key (ward_id, mediation_id) references mediations (ward_id, id),
  check ((step = '') = (line <> ''))
) {in key};
@postgres comment on table mediation_steps is 'dist:ward';
