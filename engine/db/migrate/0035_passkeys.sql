-- Passkeys (WebAuthn): a key pair that a phone or computer keeps for one account and opens with a finger, a face or its own code. Only the
-- public half is here. key_id is the number that the device gave it, base64url; public_key its COSE form, base64url; flags the byte of
-- authenticator data as last seen; sign_count the device's own counter, 0 where it has none; used_at 0: not used yet.

create table passkeys (
  ward_id integer not null,
  id text not null,
  account_id text not null,
  name text not null,
  key_id text not null,
  public_key text not null,
  transports text not null,
  flags integer not null,
  sign_count bigint not null,
  created_at bigint not null,
  used_at bigint not null default 0,
  primary key (ward_id, id),
  unique (ward_id, key_id),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
);
@postgres comment on table passkeys is 'dist:ward';
create index passkeys_account on passkeys (ward_id, account_id);
