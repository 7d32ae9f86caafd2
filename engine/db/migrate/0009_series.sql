-- Official counts of cases, entered by the ward for a year, a quarter or a month (domain.md §9.9 I3, I4). Nothing is
-- overwritten: a figure that another one takes the place of keeps its row, with when and by whom.
create table series_points (
  ward_id integer not null references wards (id),
  id text not null,
  series text not null,
  kind text not null check (kind in ('year', 'quarter', 'month')),
  period text not null,
  starts_on text not null,
  ends_on text not null,
  area text not null,
  value integer not null check (value >= 0),
  households integer not null check (households >= 0),
  import_id text not null,
  file_name text not null,
  entered_at bigint not null,
  entered_by text not null,
  replaced_at bigint,
  replaced_by text not null,
  replaced_import text not null,
  primary key (ward_id, id)
);
@postgres comment on table series_points is 'dist:ward';
create unique index series_points_now on series_points (ward_id, series, kind, starts_on, ends_on) where replaced_at is null;
create index series_points_import on series_points (ward_id, import_id) where import_id <> '';

-- The year that an indicator is measured by, where the ward chose one.
create table indicator_settings (
  ward_id integer not null references wards (id),
  indicator text not null,
  base_year integer not null,
  updated_at bigint not null,
  updated_by text not null,
  primary key (ward_id, indicator)
);
@postgres comment on table indicator_settings is 'dist:ward';

-- Days from which official counts are of another area or counted another way, beside the reform of 01/07/2025.
create table series_breaks (
  ward_id integer not null references wards (id),
  id text not null,
  on_day text not null,
  reason text not null,
  created_at bigint not null,
  created_by text not null,
  primary key (ward_id, id),
  unique (ward_id, on_day)
);
@postgres comment on table series_breaks is 'dist:ward';

-- Imports of official counts stand beside those of rosters and results; which kinds there are the program knows.
@postgres alter table imports drop constraint imports_kind_check;
@sqlite create table imports_new (
  ward_id integer not null references wards (id),
  id text not null,
  kind text not null,
  state text not null check (state in ('preview', 'applied', 'undone', 'dropped')),
  file_name text not null,
  upload text not null,
  rows_read integer not null,
  rows_new integer not null,
  rows_changed integer not null,
  rows_unchanged integer not null,
  rows_refused integer not null,
  created_at bigint not null,
  created_by text not null,
  applied_at bigint,
  undone_at bigint,
  undone_by text not null,
  undo {bytes},
  primary key (ward_id, id)
);
@sqlite insert into imports_new select ward_id, id, kind, state, file_name, upload, rows_read, rows_new, rows_changed, rows_unchanged, rows_refused,
  created_at, created_by, applied_at, undone_at, undone_by, undo from imports;
@sqlite drop table imports;
@sqlite alter table imports_new rename to imports;
