-- An incident can be opened again, and is closed once more then: the ledger has a row for each, told apart by their events.
DROP INDEX one_of_each;
CREATE UNIQUE INDEX one_of_each ON ledger (incident, entry, seq);
