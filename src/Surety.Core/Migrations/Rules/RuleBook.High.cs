namespace Surety.Core.Migrations.Rules;

/// <summary>What destroys, or may.</summary>
public static partial class RuleBook
{
    public static readonly Rule DropTable = new(
        "drop-table",
        RiskLevel.High,
        "the table is gone with every row in it",
        "rename it, wait until nothing misses it, and drop it in a later migration",
        "sql-droptable"
    );
    public static readonly Rule DropColumn = new(
        "drop-column",
        RiskLevel.High,
        "every value of the column is gone",
        "stop using the column first; drop it in a later migration, with a proven backup",
        "sql-altertable"
    );
    public static readonly Rule DropSchema = new(
        "drop-schema",
        RiskLevel.High,
        "the schema is gone",
        "move out what is still needed by ALTER ... SET SCHEMA, and drop the schema once it is empty",
        "sql-dropschema"
    );
    public static readonly Rule DropDatabase = new(
        "drop-database",
        RiskLevel.High,
        "the whole database is gone",
        "rename it, and drop it once a proven backup is kept",
        "sql-dropdatabase"
    );
    public static readonly Rule DropType = new(
        "drop-type",
        RiskLevel.High,
        "the type is gone; with CASCADE every column of that type goes too",
        "leave an unused type alone, or drop it once no column has it",
        "sql-droptype"
    );
    public static readonly Rule DropExtension = new(
        "drop-extension",
        RiskLevel.High,
        "the extension is gone with its types, functions and tables",
        "check first what depends on it: \\dx+ in psql",
        "sql-dropextension"
    );
    public static readonly Rule DropSequence = new(
        "drop-sequence",
        RiskLevel.High,
        "the sequence is gone with the value that it stood at",
        "keep it until no default uses it, and note its last value",
        "sql-dropsequence"
    );
    public static readonly Rule DropIdentity = new(
        "drop-identity",
        RiskLevel.High,
        "the sequence behind the identity column is gone with the value that it stood at",
        "note its last value first",
        "sql-altertable"
    );
    public static readonly Rule DropAttribute = new(
        "drop-attribute",
        RiskLevel.High,
        "every value of the attribute is gone, in every column of that type",
        "add a new type beside it and move the values",
        "sql-altertype"
    );
    public static readonly Rule DropRole = new(
        "drop-role",
        RiskLevel.High,
        "the role is gone with its memberships, settings and password, which no dump of a database holds",
        "take its rights away and set NOLOGIN instead",
        "sql-droprole"
    );
    public static readonly Rule DropOwned = new(
        "drop-owned",
        RiskLevel.High,
        "everything that the role owns in this database is dropped",
        "REASSIGN OWNED first, then look at what is left",
        "sql-drop-owned"
    );
    public static readonly Rule Cascade = new(
        "cascade",
        RiskLevel.High,
        "CASCADE drops whatever depends on it, unnamed: views, foreign keys, columns, functions",
        "leave CASCADE out, read which objects PostgreSQL names, and drop them one by one",
        "ddl-depend"
    );
    public static readonly Rule Truncate = new(
        "truncate",
        RiskLevel.High,
        "every row is gone, without a trigger for each and without a WHERE",
        "delete what is meant by DELETE ... WHERE, or rename the table and make a new one",
        "sql-truncate"
    );
    public static readonly Rule DeleteAll = new(
        "delete-all",
        RiskLevel.High,
        "no condition limits the DELETE: every row is gone",
        "add a WHERE that names the rows",
        "sql-delete"
    );
    public static readonly Rule UpdateAll = new(
        "update-all",
        RiskLevel.High,
        "no condition limits the UPDATE: the old value of every row is gone",
        "add a WHERE; fill a new column instead of overwriting the old one; work in batches",
        "sql-update"
    );
    public static readonly Rule MergeAll = new(
        "merge-all",
        RiskLevel.High,
        "the MERGE changes or deletes rows that its source does not name",
        "limit it by a condition that names the rows",
        "sql-merge"
    );
    public static readonly Rule NarrowingType = new(
        "narrowing-type",
        RiskLevel.High,
        "values may not fit into the new type: digits, length, time zone or text are cut or computed anew",
        "add a new column, fill it, compare, and switch; the old one stays until then",
        "sql-altertable"
    );
    public static readonly Rule DisableRowSecurity = new(
        "disable-row-security",
        RiskLevel.High,
        "rows that policies hid become visible to everybody who has the table's privileges",
        "change the policies instead",
        "ddl-rowsecurity"
    );
    public static readonly Rule DoBlock = new(
        "do-block",
        RiskLevel.High,
        "a DO block runs code: what it does is not seen in its text",
        "write plain statements; rehearse what cannot be",
        "sql-do"
    );
    public static readonly Rule DynamicSql = new(
        "dynamic-sql",
        RiskLevel.High,
        "the SQL that runs is made while the script runs",
        "write the statements out",
        "app-psql"
    );
    public static readonly Rule CallRoutine = new(
        "call-routine",
        RiskLevel.High,
        "a function or a procedure that is not built in may do anything",
        "read what it does; rehearse it",
        "sql-call"
    );
    public static readonly Rule NotUnderstood = new(
        "not-understood",
        RiskLevel.High,
        "the statement is not one that Surety understands, so it may do anything",
        "check that it is valid SQL; rehearse it",
        "sql-commands"
    );
    public static readonly Rule ServerProgram = new(
        "server-program",
        RiskLevel.High,
        "a program is run on the server or by psql: what it does is unknown",
        "run programs apart from migrations",
        "sql-copy"
    );
    public static readonly Rule ServerFile = new(
        "server-file",
        RiskLevel.High,
        "a file of the server is written or loaded, and what was in it is gone",
        "use COPY ... TO STDOUT, or \\copy in psql",
        "sql-copy"
    );
    public static readonly Rule ServerSetting = new(
        "server-setting",
        RiskLevel.High,
        "the setting concerns the whole server, or takes away a protection of the data",
        "set it apart from migrations, by who runs the server",
        "sql-altersystem"
    );
    public static readonly Rule ReplicationRole = new(
        "replication-role",
        RiskLevel.High,
        "triggers and foreign keys no longer act: rows can come to contradict each other",
        "leave it at origin; use NOT VALID constraints and validate them",
        "runtime-config-client"
    );
    public static readonly Rule LargeObjectChange = new(
        "large-object-change",
        RiskLevel.High,
        "a large object is deleted or overwritten",
        "keep it until a proven backup holds it",
        "lo-funcs"
    );
    public static readonly Rule ServerFunction = new(
        "server-function",
        RiskLevel.High,
        "the function acts on the server: sessions, files, replication slots or other databases",
        "run it apart from migrations, by who runs the server",
        "functions-admin"
    );
    public static readonly Rule PreparedTransaction = new(
        "prepared-transaction",
        RiskLevel.High,
        "the transaction was prepared by somebody else: what it holds is not seen here",
        "find out what it did: pg_prepared_xacts",
        "sql-commit-prepared"
    );
    public static readonly Rule Subscription = new(
        "subscription",
        RiskLevel.High,
        "rows come, change and go as another server says",
        "set up replication apart from migrations",
        "sql-createsubscription"
    );
    public static readonly Rule ExtensionScript = new(
        "extension-script",
        RiskLevel.High,
        "the extension's own script runs, which may change or drop its objects",
        "read the release notes of the extension; rehearse it",
        "sql-alterextension"
    );
    public static readonly Rule IncludeFile = new(
        "include-file",
        RiskLevel.High,
        "the file that is included is not read here",
        "name that file too",
        "app-psql"
    );

    public static readonly Rule CatalogChange = new(
        "catalog-change",
        RiskLevel.High,
        "PostgreSQL's own tables are changed behind its back: the database may not be readable afterwards",
        "the statement that is made for it",
        "catalogs"
    );

    private static IEnumerable<Rule> HighRules() =>
        [
            CatalogChange,
            DropTable,
            DropColumn,
            DropSchema,
            DropDatabase,
            DropType,
            DropExtension,
            DropSequence,
            DropIdentity,
            DropAttribute,
            DropRole,
            DropOwned,
            Cascade,
            Truncate,
            DeleteAll,
            UpdateAll,
            MergeAll,
            NarrowingType,
            DisableRowSecurity,
            DoBlock,
            DynamicSql,
            CallRoutine,
            NotUnderstood,
            ServerProgram,
            ServerFile,
            ServerSetting,
            ReplicationRole,
            LargeObjectChange,
            ServerFunction,
            PreparedTransaction,
            Subscription,
            ExtensionScript,
            IncludeFile,
        ];
}
