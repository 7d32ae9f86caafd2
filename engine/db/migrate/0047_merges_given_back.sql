-- A merge of residential groups or beats can be taken back (decision 0058): what it carried over is kept, and a change that was taken
-- back says by which one.

alter table area_changes add column undone_id text;

-- An area whose merge was taken back is there again, and may be merged again.
drop index area_changes_merged;
create unique index area_changes_merged on area_changes (ward_id, from_id) where kind = 'merge' and undone_id is null;
drop index area_changes_present;
create index area_changes_present on area_changes (ward_id, present_id) where kind = 'merge' and undone_id is null;

-- One line for each row that came along, by its id, and by what was done to it. Houses have their own lines in house_moves.
create table area_carried (
  ward_id integer not null,
  change_id text not null,
  what text not null,
  row_id text not null,
  primary key (ward_id, change_id, what, row_id),
  foreign key (ward_id, change_id) references area_changes (ward_id, id)
) {in key};
@postgres comment on table area_carried is 'dist:ward';
