-- Where a house number stands on the map: WGS 84, in ten-millionths of a degree. Nothing is overwritten: a point that another one takes the
-- place of keeps its row, so that an import can be taken back.
create table house_points (
  ward_id integer not null references wards (id),
  id text not null,
  house_id text not null,
  lat integer not null check (lat between -900000000 and 900000000),
  lon integer not null check (lon between -1800000000 and 1800000000),
  import_id text not null,
  set_at bigint not null,
  set_by text not null,
  replaced_at bigint,
  replaced_by text not null,
  replaced_import text not null,
  primary key (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table house_points is 'dist:ward';
create unique index house_points_now on house_points (ward_id, house_id) where replaced_at is null;
create index house_points_import on house_points (ward_id, import_id) where import_id <> '';
create index house_points_replaced on house_points (ward_id, replaced_import) where replaced_import <> '';
