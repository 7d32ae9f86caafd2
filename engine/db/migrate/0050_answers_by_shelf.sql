-- Two lines of three in the trail are answers of a self-assessment, and each went into an index in the order of houses: a page of it for nearly
-- every answer, to be flushed and copied (decision 0069). They are found by the shelf of 1,024 lines on which they stand (db.Shelves), of which
-- only the last is written to.

drop index audit_house;
create index audit_house on audit (ward_id, house_id, id) where house_id <> '' and action <> 'assessment.answer';
create index audit_answers on audit (ward_id, (seq / 1024), house_id) where action = 'assessment.answer';
