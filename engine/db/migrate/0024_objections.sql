-- What a house may say to its result, what the public may say while the safe houses are posted, and how a closed campaign is opened
-- again (domain.md §10, F10; §11; decisions 0032, 0033).

-- A house asks to have its result looked at again, once for each time that it was told one. items holds codes divided by commas, empty
-- when it is about the class as a whole. due_on is the tenth working day after filed_at. answers holds the findings that the command
-- corrected, one letter an item and a dot for those that stand; the inspection itself never changes. level says who has been told
-- because it is late: 0 nobody, 1 the command, 2 the committee.
create table objections (
  ward_id integer not null references wards (id),
  id text not null,
  campaign_id text not null,
  house_id text not null,
  state text not null check (state in ('waiting', 'answered', 'withdrawn')),
  class text not null,
  told_at bigint not null,
  items text not null,
  content text not null,
  due_on text not null,
  filed_at bigint not null,
  filed_by text not null,
  filed_account text not null,
  outcome text not null check (outcome in ('', 'upheld', 'corrected', 'repeat')),
  answer text not null,
  answers text not null,
  class_after text not null,
  repeat_by text not null,
  answered_at bigint not null,
  answered_by text not null,
  level integer not null check (level between 0 and 2),
  climbed_on text not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  check ((state = 'answered') = (outcome <> ''))
);
@postgres comment on table objections is 'dist:ward';
create unique index objections_one_waiting on objections (ward_id, campaign_id, house_id) where state = 'waiting';
create index objections_house on objections (ward_id, house_id, campaign_id, id);
create index objections_due on objections (ward_id, state, due_on);

-- The list of safe houses as it was posted on paper: from when until when, and where. A later row takes the place of an earlier one.
create table postings (
  ward_id integer not null,
  id text not null,
  campaign_id text not null,
  from_on text not null,
  until_on text not null,
  places text not null,
  houses integer not null,
  posted_at bigint not null,
  posted_by text not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id)
);
@postgres comment on table postings is 'dist:ward';
create index postings_campaign on postings (ward_id, campaign_id, id);

-- What somebody said about a posted list. Nobody is named: the answer is posted, or told to who is there.
create table posting_remarks (
  ward_id integer not null,
  id text not null,
  campaign_id text not null,
  received_on text not null,
  channel text not null check (channel in ('counter', 'phone', 'letter', 'meeting')),
  house_id text,
  content text not null,
  answer text not null,
  answered_on text not null,
  answered_by text not null,
  recorded_at bigint not null,
  recorded_by text not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table posting_remarks is 'dist:ward';
create index posting_remarks_campaign on posting_remarks (ward_id, campaign_id, id);

-- A closed campaign is opened again by two people: one proposes with a reason, another confirms. snapshot_id is the close that it opens;
-- that snapshot stays as it is.
create table reopenings (
  ward_id integer not null,
  id text not null,
  campaign_id text not null,
  snapshot_id text not null,
  state text not null check (state in ('waiting', 'confirmed', 'declined', 'withdrawn')),
  reason text not null,
  proposed_at bigint not null,
  proposed_by text not null,
  proposed_account text not null,
  note text not null,
  decided_at bigint not null,
  decided_by text not null,
  decided_account text not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, snapshot_id) references snapshots (ward_id, id)
);
@postgres comment on table reopenings is 'dist:ward';
create unique index reopenings_one_waiting on reopenings (ward_id, campaign_id) where state = 'waiting';
