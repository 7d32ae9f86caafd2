-- The audit trail as a chain: within a ward every line has the next number and carries the hash of the line before
-- it, so that a line that was changed, removed, put in or moved is found (engine/db/chain.go). hash and before_hash
-- begin with the number of the encoding that was hashed. digest_before and digest_after are SHA-256 of the record in
-- hexadecimal letters where the change gives them, reason is what the form asked for.
-- Lines from before this migration are numbered and chained in the order of their ids by engine/db/chain_start.go.

create table audit_chain (
  ward_id integer not null,
  seq bigint not null,
  id text not null,
  at bigint not null,
  account_id text not null,
  actor text not null,
  role text not null,
  action text not null,
  object text not null,
  object_id text not null,
  house_id text not null,
  detail text not null,
  reason text not null,
  digest_before text not null,
  digest_after text not null,
  before_hash {bytes} not null,
  hash {bytes} not null,
  primary key (ward_id, seq)
) {in key};

-- The last line of each ward's chain: lines missing at the end are found by it. On PostgreSQL it may be a moment behind.
create table audit_heads (
  ward_id integer not null primary key,
  seq bigint not null,
  hash {bytes} not null,
  at bigint not null
);
@postgres comment on table audit_heads is 'dist:ward';

@go chain what was written before;
drop table audit;
alter table audit_chain rename to audit;
@postgres alter index audit_chain_pkey rename to audit_pkey;
@postgres comment on table audit is 'dist:ward';
create index audit_house on audit (ward_id, house_id, id) where house_id <> '';
