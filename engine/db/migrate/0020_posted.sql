-- What a ward decided to post for everybody: one row a ward, none while nothing was decided.
create table posted_settings (
  ward_id integer not null references wards (id),
  safe_list boolean not null,
  decided_at bigint not null,
  decided_by text not null,
  primary key (ward_id)
);
@postgres comment on table posted_settings is 'dist:ward';
