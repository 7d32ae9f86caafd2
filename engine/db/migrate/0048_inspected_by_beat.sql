-- Whose officer an inspection was by (decision 0066): by_beat is the beat of whoever inspected, home_beat the one in which the house lay
-- that day; null where nobody knows. Both say what was, and no later border changes them.
alter table inspections add column home_beat text;
alter table inspections add column by_beat text;

-- What was finished before: the house's beat of then, and the beat that whoever finished it with an account held then.
update inspections set home_beat = coalesce(
    (select m.from_beat from house_moves m where m.ward_id = inspections.ward_id and m.house_id = inspections.house_id and m.made_at > inspections.finished_at
      and m.from_beat is not null order by m.version limit 1),
    (select h.beat_id from houses h where h.ward_id = inspections.ward_id and h.id = inspections.house_id))
  where state = 'finished';
update inspections set by_beat = (
    select min(g.beat_id) from audit a
    join grants g on g.ward_id = a.ward_id and g.account_id = a.account_id and g.role = 'officer' and g.granted_at <= a.at and (g.ended_at is null or g.ended_at > a.at)
    where a.ward_id = inspections.ward_id and a.house_id = inspections.house_id and a.house_id <> '' and a.action = 'inspection.finish'
      and a.object_id = inspections.id)
  where state = 'finished';
update inspections set by_beat = home_beat
  where state = 'finished' and by_beat <> home_beat and exists (
    select 1 from audit a
    join grants g on g.ward_id = a.ward_id and g.account_id = a.account_id and g.role = 'officer' and g.granted_at <= a.at and (g.ended_at is null or g.ended_at > a.at)
    where a.ward_id = inspections.ward_id and a.house_id = inspections.house_id and a.house_id <> '' and a.action = 'inspection.finish'
      and a.object_id = inspections.id and g.beat_id = inspections.home_beat);
