-- What mends a shortcoming or carries out a conclusion: one list over inspections, meetings, reviews and proposals (domain.md §10, F10
-- and F11; §11). The owner is a role at a house, in a residential group or in the ward, or an office elsewhere; never a person.

-- source and source_id say where a measure came from, source_href is the page to look at. previous_id is the measure that did not
-- help and that this one took the place of. first_due_on stays when due_on is moved. reported_as and reported_by say who holds the
-- first key: another role and another account turns the second.
create table measures (
  ward_id integer not null references wards (id),
  id text not null,
  source text not null check (source in ('inspection', 'meeting', 'review', 'proposal', 'ward')),
  source_id text not null,
  source_href text not null,
  house_id text,
  group_id text,
  item text not null,
  content text not null,
  owner text not null check (owner in ('house', 'group', 'officer', 'command', 'ward', 'elsewhere')),
  owner_name text not null,
  due_on text not null,
  first_due_on text not null,
  state text not null check (state in ('planned', 'doing', 'reported', 'verified', 'ineffective')),
  percent integer not null check (percent between 0 and 100),
  level integer not null check (level between 0 and 2),
  climbed_on text not null,
  reported_at bigint not null,
  reported_as text not null,
  reported_by text not null,
  previous_id text,
  opened_at bigint not null,
  opened_by text not null,
  closed_at bigint not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id),
  foreign key (ward_id, previous_id) references measures (ward_id, id)
);
@postgres comment on table measures is 'dist:ward';
create index measures_due on measures (ward_id, due_on, id);
create index measures_house on measures (ward_id, house_id, state);
create index measures_group on measures (ward_id, group_id);
create index measures_source on measures (ward_id, source, source_id);
create unique index measures_previous on measures (ward_id, previous_id) where previous_id is not null;

-- Every step, never changed. on_day is the day that a step speaks of: when something was done, or the new day by which.
create table measure_steps (
  ward_id integer not null,
  id text not null,
  measure_id text not null,
  kind text not null,
  at bigint not null,
  on_day text not null,
  percent integer not null,
  actor text not null,
  role text not null,
  note text not null,
  primary key (ward_id, id),
  foreign key (ward_id, measure_id) references measures (ward_id, id)
);
@postgres comment on table measure_steps is 'dist:ward';
create index measure_steps_of on measure_steps (ward_id, measure_id, id);

-- Pictures of what was done, of places only and without metadata.
create table measure_photos (
  ward_id integer not null,
  id text not null,
  measure_id text not null,
  file text not null,
  width integer not null,
  height integer not null,
  size integer not null,
  sha256 text not null,
  taken_at bigint not null,
  taken_by text not null,
  primary key (ward_id, id),
  foreign key (ward_id, measure_id) references measures (ward_id, id)
);
@postgres comment on table measure_photos is 'dist:ward';
create index measure_photos_of on measure_photos (ward_id, measure_id, id);

-- What inspections noted before there was this list: each open shortcoming of a finished inspection becomes a measure that carries
-- the shortcoming's own id.
insert into measures (ward_id, id, source, source_id, source_href, house_id, group_id, item, content, owner, owner_name, due_on, first_due_on, state, percent, level,
    climbed_on, reported_at, reported_as, reported_by, previous_id, opened_at, opened_by, closed_at, updated_at, version)
  select x.ward_id, x.id, 'inspection', x.id, '/inspections/' || x.inspection_id, x.house_id, null, x.item, x.measure, x.owner, '', x.due_on, x.due_on, 'planned', 0, 0,
    '', 0, '', '', null, x.noted_at, x.noted_by, 0, x.noted_at, 1
  from shortcomings x join inspections i on i.ward_id = x.ward_id and i.id = x.inspection_id
  where x.state = 'open' and i.state = 'finished' and x.owner in ('house', 'officer', 'ward', 'elsewhere');
