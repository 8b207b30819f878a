namespace Surety.Core.Migrations.Rules;

/// <summary>What can block or fail, and loses nothing.</summary>
public static partial class RuleBook
{
    public static readonly Rule IndexBlocksWrites = new(
        "index-blocks-writes",
        RiskLevel.Low,
        "building the index keeps everybody from writing into the table until it is done",
        "CREATE INDEX CONCURRENTLY, outside of a transaction",
        "sql-createindex"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule ForeignKeyScan = new(
        "foreign-key-scan",
        RiskLevel.Low,
        "every row is checked while nobody can write into both tables",
        "ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule ConstraintScan = new(
        "constraint-scan",
        RiskLevel.Low,
        "every row is checked while nobody can read or write the table; a row that breaks it lets it fail",
        "ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule UniqueBuildsIndex = new(
        "unique-builds-index",
        RiskLevel.Low,
        "the index of the constraint is built while nobody can read or write the table; duplicates let it fail",
        "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule SetNotNull = new(
        "set-not-null",
        RiskLevel.Low,
        "every row is checked while nobody can read or write the table; a NULL lets it fail",
        "add CHECK (column IS NOT NULL) NOT VALID, validate it, then SET NOT NULL, which then needs no scan (PostgreSQL 12 and later)",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule ColumnRewritesTable = new(
        "column-rewrites-table",
        RiskLevel.Low,
        "every row gets a value of its own: the table is rewritten while nobody can read or write it",
        "add the column without it, set the default, and fill the rows in batches",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule RequiredColumn = new(
        "required-column",
        RiskLevel.Low,
        "it fails where the table has rows: they have no value for the new column",
        "add it with a default, or nullable and fill it before SET NOT NULL",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule ValidateConstraint = new(
        "validate-constraint",
        RiskLevel.Low,
        "every row is read, and a row that breaks it lets it fail; others can go on meanwhile",
        "run it in a transaction of its own, after the one that added the constraint",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule PartitionLock = new(
        "partition-lock",
        RiskLevel.Low,
        "the parent table is locked, and rows may be scanned to check where they belong",
        "add a matching CHECK constraint to the partition first, so that no scan is needed",
        "ddl-partitioning"
    );
    public static readonly Rule TriggerChange = new(
        "trigger-change",
        RiskLevel.Low,
        "what happens on each write is another from now on",
        "try the trigger on a copy",
        "sql-createtrigger"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule RowSecurityChange = new(
        "row-security-change",
        RiskLevel.Low,
        "rows become hidden, or may no longer be written, for who has no policy",
        "create the policies before row level security is enabled",
        "ddl-rowsecurity"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule TableRewrite = new(
        "table-rewrite",
        RiskLevel.Low,
        "the table is rewritten while nobody can read or write it",
        "use pg_repack, or do it while the application is stopped",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule ReindexBlocks = new(
        "reindex-blocks",
        RiskLevel.Low,
        "nobody can write into the table, nor read by the index, until it is done",
        "REINDEX ... CONCURRENTLY (PostgreSQL 12 and later)",
        "sql-reindex"
    );
    public static readonly Rule RefreshBlocks = new(
        "refresh-blocks",
        RiskLevel.Low,
        "nobody can read the materialized view until it is done",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index",
        "sql-refreshmaterializedview"
    );
    public static readonly Rule LockTable = new(
        "lock-table",
        RiskLevel.Low,
        "others wait until the transaction ends",
        "lock as little and as late as possible",
        "sql-lock"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule Insert = new(
        "insert",
        RiskLevel.Low,
        "rows are added; it can fail, or wait for others",
        "nothing: it can be taken back by DELETE",
        "sql-insert"
    );
    public static readonly Rule TableSetting = new(
        "table-setting",
        RiskLevel.Low,
        "the table is locked for a moment, and behaves otherwise from now on",
        "nothing, unless it is done while many transactions run",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };
    public static readonly Rule SetDefault = new(
        "set-default",
        RiskLevel.Low,
        "rows to come get another value; the old default is gone",
        "keep the old default: the down migration needs it",
        "sql-altertable"
    );
    public static readonly Rule DomainConstraint = new(
        "domain-constraint",
        RiskLevel.Low,
        "every column of the domain is checked while the tables are locked; a value that breaks it lets it fail",
        "ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT; or a CHECK of the table",
        "sql-alterdomain"
    );
    public static readonly Rule CreateRole = new(
        "create-role",
        RiskLevel.Low,
        "somebody more may do something, in every database of the server",
        "make roles apart from migrations",
        "sql-createrole"
    );
    public static readonly Rule ServerObject = new(
        "server-object",
        RiskLevel.Low,
        "the object concerns the whole server, or another one",
        "make it apart from migrations",
        "sql-commands"
    );
    public static readonly Rule CreateExtension = new(
        "create-extension",
        RiskLevel.Low,
        "the extension's own script runs",
        "install it apart from migrations, by who runs the server",
        "sql-createextension"
    );
    public static readonly Rule Publication = new(
        "publication",
        RiskLevel.Low,
        "tables without a replica identity can no longer be updated or deleted from, once they are published",
        "give them a primary key or a REPLICA IDENTITY first",
        "sql-createpublication"
    );
    public static readonly Rule RenameConstraint = new(
        "rename-constraint",
        RiskLevel.Low,
        "whatever names the constraint or the index fails from that moment on",
        "nothing, unless ON CONFLICT ON CONSTRAINT names it",
        "sql-altertable"
    );
    public static readonly Rule ReplicaIdentity = new(
        "replica-identity",
        RiskLevel.Low,
        "subscribers get other keys of updated and deleted rows",
        "change it while nothing is replicated",
        "sql-altertable"
    );
    public static readonly Rule ConcurrentlyInTransaction = new(
        "concurrently-in-transaction",
        RiskLevel.Low,
        "CONCURRENTLY fails within a transaction",
        "run it in a file of its own, without BEGIN",
        "sql-createindex"
    );
    public static readonly Rule EnumValueInTransaction = new(
        "enum-value-in-transaction",
        RiskLevel.Low,
        "a value added within a transaction cannot be used in it, and before PostgreSQL 12 not even be added",
        "add the value in a migration of its own",
        "sql-altertype"
    );
    public static readonly Rule PsqlBranch = new(
        "psql-branch",
        RiskLevel.Low,
        "which branch runs is decided while the script runs: both are rated",
        "one script for one purpose",
        "app-psql"
    );

    public static readonly Rule DropIndexBlocks = new(
        "drop-index-blocks",
        RiskLevel.Low,
        "readers and writers of the table wait until every transaction before has ended",
        "DROP INDEX CONCURRENTLY, outside of a transaction",
        "sql-dropindex"
    );
    public static readonly Rule DetachPartitionBlocks = new(
        "detach-partition-blocks",
        RiskLevel.Low,
        "readers and writers of the parent wait until every transaction before has ended",
        "DETACH PARTITION ... CONCURRENTLY (PostgreSQL 14 and later), outside of a transaction",
        "sql-altertable"
    );
    public static readonly Rule ValidateInTransaction = new(
        "validate-in-transaction",
        RiskLevel.Low,
        "the lock of ADD CONSTRAINT is held while every row is checked: NOT VALID gained nothing",
        "VALIDATE CONSTRAINT in a transaction of its own",
        "sql-altertable"
    )
    {
        SparesNewTables = true,
    };

    private static IEnumerable<Rule> LowRules() =>
        [
            DropIndexBlocks,
            DetachPartitionBlocks,
            ValidateInTransaction,
            IndexBlocksWrites,
            ForeignKeyScan,
            ConstraintScan,
            UniqueBuildsIndex,
            SetNotNull,
            ColumnRewritesTable,
            RequiredColumn,
            ValidateConstraint,
            PartitionLock,
            TriggerChange,
            RowSecurityChange,
            TableRewrite,
            ReindexBlocks,
            RefreshBlocks,
            LockTable,
            Insert,
            TableSetting,
            SetDefault,
            DomainConstraint,
            CreateRole,
            ServerObject,
            CreateExtension,
            Publication,
            RenameConstraint,
            ReplicaIdentity,
            ConcurrentlyInTransaction,
            EnumValueInTransaction,
            PsqlBranch,
        ];
}
