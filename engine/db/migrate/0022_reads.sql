-- Indexes for reads that would otherwise grow with the ward: a page of one house, of one household or of what is not over reads
-- those rows and no others.

-- Of a house in the order of the list. The old index of a house by state stands for what the new one does not: nothing.
create index measures_home on measures (ward_id, house_id, due_on, id);
drop index measures_house;
-- What is not over, by its day: after some years a few in a hundred.
create index measures_open on measures (ward_id, due_on, id) where state in ('planned', 'doing', 'reported');

-- The photos of a house, for the inspection that looks at it again.
create index photos_house on photos (ward_id, house_id, id);

-- What a household and an account agreed to, withdrawn ones included.
create index consents_of_household on consents (ward_id, house_id, household) where house_id is not null;
create index consents_of_account on consents (ward_id, account_id) where account_id is not null;
