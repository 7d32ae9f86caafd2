-- What was deleted because its time was over (Law 91/2025/QH15, Art. 14; domain.md §5.4): which kind of record (a key of ward/periods), how
-- many, and everything of before which moment. Written in the unit that deletes, so that there is never one without the other; of whom
-- the records were is not kept.
create table destructions (
  ward_id integer not null,
  id text not null,
  kind text not null,
  records integer not null check (records > 0),
  before_on text not null,
  destroyed_at bigint not null,
  primary key (ward_id, id)
) {in key};
@postgres comment on table destructions is 'dist:ward';
