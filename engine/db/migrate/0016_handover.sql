-- What people gave of their own will, and how a house passes to another head.

-- Who agreed to what: a purpose, the words that were read (version and hash), by which way, from when until when. The subject is a
-- household of a house, or an account. A line is never changed but for its end.
create table consents (
  ward_id integer not null,
  id text not null,
  purpose text not null,
  house_id text,
  household text not null,
  account_id text,
  text_version integer not null,
  text_hash text not null,
  channel text not null,
  given_at bigint not null,
  given_by text not null,
  withdrawn_at bigint,
  withdrawn_by text not null default '',
  primary key (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
);
@postgres comment on table consents is 'dist:ward';
create unique index consents_household on consents (ward_id, house_id, household, purpose, channel) where house_id is not null and withdrawn_at is null;
create unique index consents_account on consents (ward_id, account_id, purpose, channel) where house_id is null and withdrawn_at is null;
create index consents_ended on consents (ward_id, withdrawn_at);

-- A telephone number or an address that a household chose to give to its head, sealed with a key that is not in the database.
-- hidden: given before a new card was given out, so not shown to whoever holds that card.
create table contacts (
  ward_id integer not null,
  id text not null,
  house_id text not null,
  household text not null,
  kind text not null check (kind in ('phone', 'mail')),
  sealed text not null,
  consent_id text not null,
  by_head boolean not null,
  hidden boolean not null,
  entered_by text not null,
  created_at bigint not null,
  primary key (ward_id, id),
  unique (ward_id, house_id, household),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, consent_id) references consents (ward_id, id)
);
@postgres comment on table contacts is 'dist:ward';

-- What a household would like help with: codes of a list, by commas.
alter table own_answers add column needs text not null default '';

-- How many households of a house named each kind; what is shown moves by five households at a time, as the shares do.
create table need_sums (
  ward_id integer not null,
  campaign_id text not null,
  house_id text not null,
  need text not null,
  wanted integer not null,
  shown integer not null,
  primary key (ward_id, campaign_id, house_id, need),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table need_sums is 'dist:ward';

-- A line in a household's own words, which its head reads without knowing whose it is, once it was sent and five households stand
-- behind it. sent: with the answers, or after them; until then it is a draft, which is nobody's but the household's.
create table need_notes (
  ward_id integer not null,
  campaign_id text not null,
  house_id text not null,
  household text not null,
  body text not null,
  sent boolean not null,
  shown boolean not null,
  primary key (ward_id, campaign_id, house_id, household),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table need_notes is 'dist:ward';

-- Why a role ended, where it was not the administrator who took it: '' or 'handover'.
alter table grants add column ended_why text not null default '';

-- One head hands a house over to the next. The id of the invitation is the hash of what its link says, which is kept nowhere.
create table handovers (
  ward_id integer not null,
  id text not null,
  house_id text not null,
  link text not null,
  from_account text not null,
  from_grant text not null,
  from_name text not null,
  to_account text,
  to_name text not null,
  duty text not null check (duty in ('head', 'deputy')),
  state text not null check (state in ('open', 'done', 'stopped')),
  opened_at bigint not null,
  opened_by text not null,
  by_lead boolean not null,
  left_open text not null,
  until bigint not null,
  ended_at bigint,
  primary key (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, from_account) references accounts (ward_id, id),
  foreign key (ward_id, to_account) references accounts (ward_id, id)
);
@postgres comment on table handovers is 'dist:ward';
create unique index handovers_link on handovers (ward_id, link);
create unique index handovers_open on handovers (ward_id, house_id, from_account) where state = 'open';
create index handovers_house on handovers (ward_id, house_id, opened_at);

-- Whether the head of a house wants the evening check, and at which hour to be reminded of it. No row: off.
create table evenings (
  ward_id integer not null,
  house_id text not null,
  hour integer not null check (hour between 18 and 20),
  reminded_on text not null,
  since_at bigint not null,
  set_by text not null,
  primary key (ward_id, house_id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table evenings is 'dist:ward';

-- What was looked at in the house on an evening. Nothing of persons or households.
create table evening_checks (
  ward_id integer not null,
  house_id text not null,
  day text not null,
  gate boolean not null,
  lights boolean not null,
  fire boolean not null,
  done_at bigint not null,
  done_by text not null,
  primary key (ward_id, house_id, day),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table evening_checks is 'dist:ward';
