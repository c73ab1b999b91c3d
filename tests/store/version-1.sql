-- A store as version 1 wrote it: one run of two calls, one settled and one lost.
PRAGMA application_id = 1651338033 ;
PRAGMA user_version = 1 ;
BEGIN TRANSACTION;
CREATE TABLE answer (
	"key" TEXT NOT NULL,
	call_id TEXT NOT NULL,
	payload BLOB NOT NULL,
	asked_at DOUBLE NOT NULL,
	expires_at DOUBLE NOT NULL,
	not_entitled TEXT NOT NULL,
	PRIMARY KEY ("key")
);
INSERT INTO "answer" VALUES('k1','c1',X'7801AB56CAC82C2956B232AC050013350360',1795176000.0,1795262400.0,'specs');
CREATE TABLE call (
	call_id TEXT NOT NULL,
	account TEXT NOT NULL,
	run_id TEXT NOT NULL,
	month TEXT NOT NULL,
	day TEXT NOT NULL,
	state TEXT NOT NULL,
	reserved INTEGER NOT NULL,
	billed INTEGER,
	unknown INTEGER NOT NULL,
	opened_at DOUBLE NOT NULL,
	lease_until DOUBLE NOT NULL,
	closed_at DOUBLE,
	cause TEXT,
	PRIMARY KEY (call_id)
);
INSERT INTO "call" VALUES('c1','acme','aaaa00000001','2026-11','2026-11-20','settled',5,3,0,1795176000.0,1795176720.0,1795176000.0,NULL);
INSERT INTO "call" VALUES('c2','acme','aaaa00000001','2026-11','2026-11-20','unknown',20,NULL,20,1795176000.0,1795176720.0,1795176000.0,'Unanswered');
CREATE TABLE run (
	run_id TEXT NOT NULL,
	account TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	command TEXT NOT NULL,
	state TEXT NOT NULL,
	started_at DOUBLE NOT NULL,
	ended_at DOUBLE,
	PRIMARY KEY (run_id)
);
INSERT INTO "run" VALUES('aaaa00000001','acme','f1','bulkmatch enrich bom.csv','open',1795176000.0,NULL);
CREATE TABLE spend (
	scope TEXT NOT NULL,
	settled BIGINT NOT NULL,
	reserved BIGINT NOT NULL,
	unknown BIGINT NOT NULL,
	external BIGINT NOT NULL,
	PRIMARY KEY (scope)
);
INSERT INTO "spend" VALUES('run:aaaa00000001',3,0,20,0);
INSERT INTO "spend" VALUES('month:acme:2026-11',3,0,20,0);
CREATE INDEX call_by_month ON call (account, month);
CREATE INDEX call_by_state ON call (state, lease_until);
CREATE INDEX answer_by_expiry ON answer (expires_at);
CREATE INDEX run_by_fingerprint ON run (account, fingerprint, state);
COMMIT;
