-- Sheets of paper that were printed for a house: the short code under the QR code says which form of whose it is.
-- The same form of the same house, household, year and month keeps its code however often it is printed.
create table papers (
  ward_id integer not null,
  code text not null,
  form text not null check (form in ('pledge', 'household', 'assessment', 'log', 'month', 'inspection')),
  house_id text not null,
  household text not null,
  year integer not null,
  month text not null,
  printed_at bigint not null,
  printed_by text not null,
  primary key (ward_id, code),
  unique (ward_id, house_id, form, household, year, month),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table papers is 'dist:ward';
