-- Areas through time (decision 0041): which residential group or beat went into which, and where each house belonged before.

-- A merge closes from_id; present_id is where it has come to by now, brought along when that area is merged in its turn. A split makes
-- into_id. A plain move has neither. on_day is the day from which the change holds, made_at when it was written down.
create table area_changes (
  ward_id integer not null references wards (id),
  id text not null,
  part text not null check (part in ('group', 'beat', 'both')),
  kind text not null check (kind in ('merge', 'split', 'move')),
  from_id text not null,
  into_id text not null,
  present_id text not null,
  on_day text not null,
  reason text not null,
  houses integer not null check (houses >= 0),
  made_at bigint not null,
  made_by text not null,
  primary key (ward_id, id),
  check ((kind = 'merge') = (from_id <> '')),
  check ((kind = 'merge') = (present_id <> ''))
);
@postgres comment on table area_changes is 'dist:ward';
create unique index area_changes_merged on area_changes (ward_id, from_id) where kind = 'merge';
create index area_changes_present on area_changes (ward_id, present_id) where kind = 'merge';

-- One line for each time that a house was given another group or beat, by hand, by a merge or a split, or by an import (then without
-- a change). version is the one that the house had afterwards.
create table house_moves (
  ward_id integer not null,
  house_id text not null,
  version integer not null,
  change_id text,
  from_group text,
  to_group text,
  from_beat text,
  to_beat text,
  on_day text not null,
  made_at bigint not null,
  made_by text not null,
  primary key (ward_id, house_id, version),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, change_id) references area_changes (ward_id, id),
  foreign key (ward_id, from_group) references areas (ward_id, id),
  foreign key (ward_id, to_group) references areas (ward_id, id),
  foreign key (ward_id, from_beat) references beats (ward_id, id),
  foreign key (ward_id, to_beat) references beats (ward_id, id)
) {in key};
@postgres comment on table house_moves is 'dist:ward';
create index house_moves_from_group on house_moves (ward_id, from_group) where from_group is not null;
create index house_moves_to_group on house_moves (ward_id, to_group) where to_group is not null;
create index house_moves_from_beat on house_moves (ward_id, from_beat) where from_beat is not null;
create index house_moves_to_beat on house_moves (ward_id, to_beat) where to_beat is not null;
create index house_moves_change on house_moves (ward_id, change_id) where change_id is not null;
