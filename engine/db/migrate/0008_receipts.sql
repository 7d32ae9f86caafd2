-- What an account has sent already: the same form sent again takes effect once and gets the first answer.
-- request_id is chosen by the browser or put into the form by the server; content is a digest of the address and
-- the fields, so that a form that was changed and sent again under its old number is not taken for a repeat.
-- Kept for 30 days; no foreign keys, because a receipt means nothing to any other row and is written with every form.

create table receipts (
  ward_id integer not null,
  account_id text not null,
  request_id text not null,
  content text not null,
  at bigint not null,
  status integer not null,
  location text not null,
  word text not null,
  body text not null,
  primary key (ward_id, account_id, request_id, content)
) {in key};
@postgres comment on table receipts is 'dist:ward';
create index receipts_at on receipts (ward_id, at);
