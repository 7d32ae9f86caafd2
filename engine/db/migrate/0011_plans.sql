-- The plan of a campaign's inspections (domain.md §10, F10). A plan never changes: another one takes its place and says why. frame
-- holds the ids that the sample was drawn from, one a line in ascending order, and frame_digest their SHA-256: with the seed anybody
-- can draw again.
create table plans (
  ward_id integer not null references wards (id),
  id text not null,
  campaign_id text not null,
  state text not null check (state in ('current', 'replaced')),
  seed text not null,
  share integer not null check (share between 10 and 100),
  cross_share integer not null check (cross_share between 30 and 100),
  others boolean not null,
  per_day integer not null check (per_day > 0),
  days_a_week integer not null check (days_a_week > 0),
  from_on text not null,
  to_on text not null,
  frame text not null,
  frame_digest text not null,
  reason text not null,
  drawn_at bigint not null,
  drawn_by text not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id)
);
@postgres comment on table plans is 'dist:ward';
create unique index plans_current on plans (ward_id, campaign_id) where state = 'current';

-- Who inspects a house and when. walk is its place in walking order; week counts from 1, 0 is not reached, -1 was inspected before
-- the draw. Beats are those of the day of the draw; by_beat is empty while nobody can.
create table plan_visits (
  ward_id integer not null,
  plan_id text not null,
  house_id text not null,
  walk integer not null,
  home_beat text not null,
  by_beat text not null,
  sampled boolean not null,
  crossed boolean not null,
  week integer not null,
  primary key (ward_id, plan_id, house_id),
  foreign key (ward_id, plan_id) references plans (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table plan_visits is 'dist:ward';
create index plan_visits_by on plan_visits (ward_id, plan_id, by_beat, week, walk);
