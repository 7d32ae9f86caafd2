-- The second factor of an account: an authenticator (RFC 6238), with recovery codes for the day the phone is lost.
-- secret is in base32, as authenticators take it; step is the last thirty seconds whose code was taken, so that a code
-- that somebody saw opens nothing again.

create table factors (
  ward_id integer not null,
  account_id text not null,
  secret text not null,
  step bigint not null,
  created_at bigint not null,
  primary key (ward_id, account_id),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
);
@postgres comment on table factors is 'dist:ward';

-- Recovery codes: only their SHA-256, each good once. They carry 80 random bits, so a slow hash adds nothing.
create table recovery_codes (
  ward_id integer not null,
  account_id text not null,
  hash text not null,
  used_at bigint,
  primary key (ward_id, account_id, hash),
  foreign key (ward_id, account_id) references factors (ward_id, account_id)
);
@postgres comment on table recovery_codes is 'dist:ward';

-- From which day the ward demands the second factor of whoever commands or administers; no row: it asks for it and lets them go on.
create table factor_rules (
  ward_id integer not null primary key,
  required_from text not null
);
@postgres comment on table factor_rules is 'dist:ward';

-- waiting: the secret was right and the code of the authenticator is still to come; such a session opens nothing.
-- proved_at: when the account last proved who it is.
alter table sessions add column waiting boolean not null default false;
alter table sessions add column proved_at bigint not null default 0;
