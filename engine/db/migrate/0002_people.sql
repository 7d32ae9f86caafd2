-- The household's half: who speaks for one, the card by which it signs in, the text that it pledged, its own answers.

-- A household is its label (H01, H02 …) inside a house; never a name.
alter table grants add column household text not null default '';

-- Signed in on a phone that belongs to somebody else: the session is short and leaves nothing in the browser.
alter table sessions add column shared boolean not null default false;

-- A printed QR card; the id is the hash of what the card says, which is kept nowhere.
create table cards (
  ward_id integer not null,
  id text not null,
  account_id text not null,
  house_id text not null,
  household text not null,
  created_at bigint not null,
  created_by text not null,
  used_at bigint,
  ended_at bigint,
  primary key (ward_id, id),
  foreign key (ward_id, account_id) references accounts (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table cards is 'dist:ward';
create unique index cards_one on cards (ward_id, account_id) where ended_at is null;
create index cards_house on cards (ward_id, house_id);

-- Which text a household read when it signed (0: on paper, before texts were numbered), and whether it also pledged to report who
-- stays when it lets rooms.
alter table pledges add column text_version integer not null default 0;
alter table pledges add column text_hash text not null default '';
alter table pledges add column rental boolean not null default false;

-- The answers of one household, one character a question. The engine lets nobody but the household read them (engine/db/secluded.go).
-- sealed: entered before a new card was given out, so not shown to whoever holds that card.
create table own_answers (
  ward_id integer not null,
  campaign_id text not null,
  house_id text not null,
  household text not null,
  questions integer not null,
  answers text not null,
  state text not null check (state in ('draft', 'sent')),
  by_proxy boolean not null,
  entered_by text not null,
  sealed boolean not null,
  updated_at bigint not null,
  sent_at bigint,
  primary key (ward_id, campaign_id, house_id, household),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table own_answers is 'dist:ward';

-- How many households of a house answered, and how many stand behind the sums that are shown.
create table turnouts (
  ward_id integer not null,
  campaign_id text not null,
  house_id text not null,
  answered integer not null,
  shown integer not null,
  verdict text not null check (verdict in ('', 'met', 'not_met')),
  updated_at bigint not null,
  primary key (ward_id, campaign_id, house_id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table turnouts is 'dist:ward';

-- The sums of the answers by question. Those that run are never shown; those that are shown change by five households at a time.
create table answer_sums (
  ward_id integer not null,
  campaign_id text not null,
  house_id text not null,
  question text not null,
  yes integer not null,
  partly integer not null,
  lacking integer not null,
  not_apply integer not null,
  shown_yes integer not null,
  shown_partly integer not null,
  shown_lacking integer not null,
  shown_not_apply integer not null,
  primary key (ward_id, campaign_id, house_id, question),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table answer_sums is 'dist:ward';
