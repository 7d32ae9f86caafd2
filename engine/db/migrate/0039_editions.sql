-- Versions of the criteria that a ward makes itself (decision 0052). The first one is compiled in and has no row here.

-- encoded is the whole set as JSON with the same layout as the first version; hash is its SHA-256. A published row never changes. based_on
-- is the version it was copied from. editors are the ids of the accounts that changed it, divided by commas: none of them may publish
-- it. version counts the changes, so that a page that is behind is refused.
create table editions (
  ward_id integer not null references wards (id),
  number integer not null check (number > 1),
  state text not null check (state in ('draft', 'published')),
  based_on integer not null,
  encoded text not null,
  hash text not null,
  note text not null,
  editors text not null,
  created_at bigint not null,
  created_by text not null,
  changed_at bigint not null,
  changed_by text not null,
  published_at bigint,
  published_by text not null,
  version integer not null,
  primary key (ward_id, number)
);
@postgres comment on table editions is 'dist:ward';
create unique index editions_one_draft on editions (ward_id) where state = 'draft';
