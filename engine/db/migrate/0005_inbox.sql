-- Work that must survive a restart, the inbox of every account, and what leaves it for telephones and mailboxes.

-- A piece of work that waits for its time. A waiting key stands once: asking twice for the same is asking once.
create table jobs (
  ward_id integer not null references wards (id),
  id text not null,
  kind text not null,
  key text not null,
  payload {bytes} not null,
  state text not null check (state in ('waiting', 'dead')),
  run_at bigint not null,
  tries integer not null,
  error text not null,
  created_at bigint not null,
  primary key (ward_id, id)
);
@postgres comment on table jobs is 'dist:ward';
create index jobs_due on jobs (ward_id, kind, run_at, id) where state = 'waiting';
create unique index jobs_key on jobs (ward_id, kind, key) where key <> '' and state = 'waiting';

-- Work that comes round again, in each ward: when it last began and ended well, and until when it is taken.
create table rounds (
  ward_id integer not null references wards (id),
  name text not null,
  last_at bigint not null,
  well_at bigint not null,
  taken_until bigint not null,
  error text not null,
  note text not null,
  primary key (ward_id, name)
) {in key};
@postgres comment on table rounds is 'dist:ward';

-- What was told: a sentence of the catalogs with its values, read in the language of whoever reads it.
create table messages (
  ward_id integer not null references wards (id),
  id text not null,
  kind text not null,
  key text not null,
  pairs text not null,
  href text not null,
  house_id text not null,
  urgent boolean not null,
  reason text not null,
  about text not null,
  created_at bigint not null,
  primary key (ward_id, id)
);
@postgres comment on table messages is 'dist:ward';
create index messages_about on messages (ward_id, about) where about <> '';
create index messages_age on messages (ward_id, created_at);

-- To whom it was told, and when they read it.
create table inbox (
  ward_id integer not null,
  account_id text not null,
  message_id text not null,
  read_at bigint,
  primary key (ward_id, account_id, message_id),
  foreign key (ward_id, account_id) references accounts (ward_id, id),
  foreign key (ward_id, message_id) references messages (ward_id, id)
) {in key};
@postgres comment on table inbox is 'dist:ward';
create index inbox_unread on inbox (ward_id, account_id, message_id) where read_at is null;
create index inbox_message on inbox (ward_id, message_id);

-- A way out of the inbox that a person has turned on: where to, and at once or as one digest in the morning.
create table inbox_channels (
  ward_id integer not null,
  account_id text not null,
  channel text not null check (channel in ('push', 'mail', 'sms')),
  address text not null,
  pace text not null check (pace in ('now', 'digest')),
  confirmed_at bigint,
  created_at bigint not null,
  primary key (ward_id, account_id, channel),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
) {in key};
@postgres comment on table inbox_channels is 'dist:ward';

-- A kind of message that a person does not want by a channel; in the inbox it stands all the same.
create table inbox_muted (
  ward_id integer not null,
  account_id text not null,
  channel text not null,
  kind text not null,
  primary key (ward_id, account_id, channel, kind),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
) {in key};
@postgres comment on table inbox_muted is 'dist:ward';

-- A browser that asked to be woken; it is asked no longer than its session lives.
create table push_subscriptions (
  ward_id integer not null,
  id text not null,
  account_id text not null,
  session_id text not null,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  created_at bigint not null,
  primary key (ward_id, id),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
);
@postgres comment on table push_subscriptions is 'dist:ward';
create unique index push_subscriptions_session on push_subscriptions (ward_id, session_id);
create index push_subscriptions_account on push_subscriptions (ward_id, account_id);

-- One sending by one channel. A message of the digest waits without a time until the morning takes it along.
create table deliveries (
  ward_id integer not null,
  id text not null,
  account_id text not null,
  message_id text,
  channel text not null check (channel in ('push', 'mail', 'sms')),
  state text not null check (state in ('waiting', 'digest', 'sent', 'joined', 'dropped', 'failed')),
  body text not null,
  why text not null,
  tries integer not null,
  created_at bigint not null,
  ended_at bigint,
  primary key (ward_id, id),
  foreign key (ward_id, account_id) references accounts (ward_id, id),
  foreign key (ward_id, message_id) references messages (ward_id, id)
);
@postgres comment on table deliveries is 'dist:ward';
create unique index deliveries_once on deliveries (ward_id, account_id, message_id, channel) where message_id is not null;
create index deliveries_message on deliveries (ward_id, message_id);
create index deliveries_digest on deliveries (ward_id, account_id, channel) where state = 'digest';
create index deliveries_ended on deliveries (ward_id, channel, ended_at);

-- Keys that the program made for itself on its first start; they belong to no ward.
create table program_keys (
  name text not null primary key,
  value text not null,
  created_at bigint not null
);
@postgres comment on table program_keys is 'dist:reference';
