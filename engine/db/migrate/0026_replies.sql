-- When an authority asked a house for the community's support, and when the house answered: two days and nothing else (domain.md §9.5,
-- GD6). There is no column for what was asked, for whom, by whom or why, and there must be none.
create table replies (
  ward_id integer not null,
  house_id text not null,
  content text not null check (content in ('GD')),
  asked_on text not null,
  answered_on text not null,
  primary key (ward_id, house_id, content, asked_on),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table replies is 'dist:ward';
