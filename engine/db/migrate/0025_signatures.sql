-- Signatures at the end of an inspection (domain.md §10, F10). strokes is the path of a pen on glass, in a field of 600 by 200, as SVG writes
-- it: M and L with whole numbers. signed_paper is the number of the sheet that was signed with a pen instead.
create table signatures (
  ward_id integer not null,
  id text not null,
  inspection_id text not null,
  house_id text not null,
  side text not null check (side in ('house', 'officer')),
  strokes text not null,
  signed_at bigint not null,
  taken_by text not null,
  primary key (ward_id, id),
  unique (ward_id, inspection_id, side),
  foreign key (ward_id, inspection_id) references inspections (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table signatures is 'dist:ward';

alter table inspections add column signed_paper text not null default '';
