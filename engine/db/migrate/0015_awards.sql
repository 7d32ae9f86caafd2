-- Commendations: what kinds there are and who decides on them, proposals with the figures behind them, remarks during publication.

-- The kinds of commendation as this ward has them, with the authority that decides (domain.md §5.5). A ward without a row of a code has
-- the program's own words for it; decides says which role enters the decision.
create table award_kinds (
  ward_id integer not null references wards (id),
  code text not null,
  name text not null,
  authority text not null,
  decides text not null check (decides in ('committee', 'command')),
  basis text not null,
  active boolean not null,
  updated_at bigint not null,
  updated_by text not null,
  primary key (ward_id, code)
) {in key};
@postgres comment on table award_kinds is 'dist:ward';

-- A proposal and what became of it. ref_id is the house or the group; a house head is commended as the head of a house, and there is no
-- column for a name. figures is what stood behind the proposal when it was made, as JSON, and never changes.
create table awards (
  ward_id integer not null,
  id text not null,
  number integer not null,
  campaign_id text not null,
  year integer not null,
  subject text not null check (subject in ('house', 'group', 'head')),
  ref_id text not null,
  house_id text,
  group_id text,
  achievement text not null check (achievement in ('all', 'VH', 'TC', 'TN', 'NK', 'GD', 'HG', 'fire', 'model')),
  kind text not null,
  kind_name text not null,
  authority text not null,
  state text not null check (state in ('draft', 'voted', 'rejected', 'published', 'decided', 'declined', 'dropped', 'revoked')),
  reason text not null,
  consent_on text not null,
  figures text not null,
  votes_yes integer not null,
  votes_no integer not null,
  votes_blank integer not null,
  voted_on text not null,
  published_on text not null,
  publish_until text not null,
  decision text not null,
  decided_on text not null,
  token text not null,
  revoke_reason text not null,
  revoke_decision text not null,
  revoke_on text not null,
  revoke_account text not null,
  created_account text not null,
  created_at bigint not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id),
  check ((subject = 'group') = (house_id is null)),
  check (subject <> 'head' or consent_on <> ''),
  check ((token <> '') = (state in ('decided', 'revoked'))),
  check (state <> 'decided' or (decision <> '' and decided_on >= publish_until and publish_until <> ''))
);
@postgres comment on table awards is 'dist:ward';
create unique index awards_once on awards (ward_id, campaign_id, subject, ref_id, achievement) where state in ('draft', 'voted', 'published', 'decided');
create unique index awards_number on awards (ward_id, year, number);
create unique index awards_token on awards (ward_id, token) where token <> '';
create index awards_state on awards (ward_id, state);

-- A remark on a proposal while it is published, and the answer to it. Both were looked through by ground/civil/personal; who made the
-- remark is not kept beside it.
create table award_remarks (
  ward_id integer not null,
  award_id text not null,
  n integer not null,
  body text not null,
  made_at bigint not null,
  answer text not null,
  answered_at bigint,
  primary key (ward_id, award_id, n),
  foreign key (ward_id, award_id) references awards (ward_id, id)
) {in key};
@postgres comment on table award_remarks is 'dist:ward';
