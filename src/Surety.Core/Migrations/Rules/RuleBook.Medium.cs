namespace Surety.Core.Migrations.Rules;

/// <summary>What changes what is there: the way back is a backup.</summary>
public static partial class RuleBook
{
    public static readonly Rule RenameTable = new(
        "rename-table",
        RiskLevel.Medium,
        "whatever uses the old name fails from that moment on",
        "make a view of the old name, or rename while the application is stopped",
        "sql-altertable"
    );
    public static readonly Rule RenameColumn = new(
        "rename-column",
        RiskLevel.Medium,
        "whatever uses the old name fails from that moment on",
        "add a column, keep both in step, switch, and drop the old one later",
        "sql-altertable"
    );
    public static readonly Rule RenameObject = new(
        "rename-object",
        RiskLevel.Medium,
        "whatever uses the old name fails from that moment on",
        "make it anew beside the old one, and drop that later",
        "sql-commands"
    );
    public static readonly Rule ChangeType = new(
        "change-type",
        RiskLevel.Medium,
        "the column gets another type: the table may be rewritten while nobody can read it, and queries may come to mean something else",
        "add a new column, fill it in batches, and switch",
        "sql-altertable"
    );
    public static readonly Rule DropConstraint = new(
        "drop-constraint",
        RiskLevel.Medium,
        "nothing keeps wrong rows out any more; a dropped key takes its index along",
        "add the new constraint first (NOT VALID, then VALIDATE), and then drop the old one",
        "sql-altertable"
    );
    public static readonly Rule DropIndex = new(
        "drop-index",
        RiskLevel.Medium,
        "queries may get slow; a unique index no longer keeps duplicates out; readers and writers wait for the drop",
        "DROP INDEX CONCURRENTLY, once pg_stat_user_indexes shows that nothing uses it",
        "sql-dropindex"
    );
    public static readonly Rule DropDefault = new(
        "drop-default",
        RiskLevel.Medium,
        "rows that name no value get NULL, or fail",
        "change the application first",
        "sql-altertable"
    );
    public static readonly Rule DropNotNull = new(
        "drop-not-null",
        RiskLevel.Medium,
        "NULL becomes possible: applications that rely on a value fail on it",
        "change the application first",
        "sql-altertable"
    );
    public static readonly Rule DropExpression = new(
        "drop-expression",
        RiskLevel.Medium,
        "the column is no longer computed",
        "keep its definition: nothing in the database has it afterwards",
        "sql-altertable"
    );
    public static readonly Rule GeneratedExpression = new(
        "generated-expression",
        RiskLevel.Medium,
        "the stored values are computed anew, and the old ones are gone",
        "add a new generated column beside it",
        "sql-altertable"
    );
    public static readonly Rule DropTrigger = new(
        "drop-trigger",
        RiskLevel.Medium,
        "what the trigger did no longer happens",
        "disable it first; drop it once nothing misses it",
        "sql-droptrigger"
    );
    public static readonly Rule DropView = new(
        "drop-view",
        RiskLevel.Medium,
        "the view is gone with its grants; a materialized one with its rows",
        "create the new one under another name first",
        "sql-dropview"
    );
    public static readonly Rule DropFunction = new(
        "drop-function",
        RiskLevel.Medium,
        "the function is gone with its grants",
        "drop it once nothing calls it",
        "sql-dropfunction"
    );
    public static readonly Rule DropPolicy = new(
        "drop-policy",
        RiskLevel.Medium,
        "rows become visible or hidden for others",
        "create the new policy first, in the same transaction",
        "sql-droppolicy"
    );
    public static readonly Rule DropObject = new(
        "drop-object",
        RiskLevel.Medium,
        "the object is gone with its definition and its grants",
        "keep its definition; drop it once nothing uses it",
        "sql-commands"
    );
    public static readonly Rule ReplaceObject = new(
        "replace-object",
        RiskLevel.Medium,
        "the definition that was there is replaced, and gone",
        "keep the old definition: the down migration needs it",
        "sql-createfunction"
    );
    public static readonly Rule AlterObject = new(
        "alter-object",
        RiskLevel.Medium,
        "the definition that was there is changed, and gone",
        "keep the old definition: the down migration needs it",
        "sql-commands"
    );
    public static readonly Rule AlterType = new(
        "alter-type",
        RiskLevel.Medium,
        "the type changes everywhere it is used; an enum value cannot be taken away again",
        "add values only; make a new type for anything else",
        "sql-altertype"
    );
    public static readonly Rule Update = new(
        "update",
        RiskLevel.Medium,
        "the old values of the rows are gone",
        "keep them in a column or a table until it is proven right; work in batches",
        "sql-update"
    );
    public static readonly Rule Delete = new(
        "delete",
        RiskLevel.Medium,
        "the rows are gone",
        "keep them in a table until it is proven right; work in batches",
        "sql-delete"
    );
    public static readonly Rule Merge = new(
        "merge",
        RiskLevel.Medium,
        "rows are changed or deleted, and the old values gone",
        "keep them in a table until it is proven right",
        "sql-merge"
    );
    public static readonly Rule Upsert = new(
        "upsert",
        RiskLevel.Medium,
        "rows that exist already are overwritten",
        "use DO NOTHING, or keep the old values",
        "sql-insert"
    );
    public static readonly Rule Privileges = new(
        "privileges",
        RiskLevel.Medium,
        "who may do what is changed",
        "write down the privileges as they are: \\dp in psql",
        "sql-grant"
    );
    public static readonly Rule OwnerChange = new(
        "owner-change",
        RiskLevel.Medium,
        "the new owner may do everything with it, the old one nothing any more",
        "grant privileges instead",
        "sql-commands"
    );
    public static readonly Rule RoleChange = new(
        "role-change",
        RiskLevel.Medium,
        "who may do what is changed, in every database of the server",
        "change roles apart from migrations",
        "sql-alterrole"
    );
    public static readonly Rule DatabaseSetting = new(
        "database-setting",
        RiskLevel.Medium,
        "the setting is another for every session to come",
        "set it for a role or within the transaction",
        "sql-alterdatabase"
    );
    public static readonly Rule DisableTrigger = new(
        "disable-trigger",
        RiskLevel.Medium,
        "triggers no longer act, those of foreign keys neither where ALL is said",
        "enable them again in the same transaction",
        "sql-altertable"
    );
    public static readonly Rule DetachPartition = new(
        "detach-partition",
        RiskLevel.Medium,
        "the rows are no longer seen through the parent",
        "DETACH PARTITION ... CONCURRENTLY (PostgreSQL 14 and later) blocks nobody",
        "sql-altertable"
    );
    public static readonly Rule NoInherit = new(
        "no-inherit",
        RiskLevel.Medium,
        "the rows are no longer seen through the parent",
        "make sure that nothing reads them through it",
        "sql-altertable"
    );
    public static readonly Rule SetUnlogged = new(
        "set-unlogged",
        RiskLevel.Medium,
        "the rows are lost by a crash of the server, and are not on its replicas",
        "keep the table logged",
        "sql-createtable"
    );
    public static readonly Rule SequenceChange = new(
        "sequence-change",
        RiskLevel.Medium,
        "the next values are others: they may be taken already, or leave a gap",
        "set it above the largest value: setval with max()",
        "sql-altersequence"
    );
    public static readonly Rule RefreshWithoutData = new(
        "refresh-without-data",
        RiskLevel.Medium,
        "the materialized view cannot be read until it is refreshed",
        "refresh it WITH DATA",
        "sql-refreshmaterializedview"
    );
    public static readonly Rule ConnectElsewhere = new(
        "connect-elsewhere",
        RiskLevel.Medium,
        "what follows runs in another database, or as somebody else",
        "one script for one database",
        "app-psql"
    );
    public static readonly Rule SessionIdentity = new(
        "session-identity",
        RiskLevel.Medium,
        "what follows runs as another role: its objects belong to that one",
        "connect as the role that is meant",
        "sql-set-role"
    );
    public static readonly Rule SecurityLabel = new(
        "security-label",
        RiskLevel.Medium,
        "who may see what is changed",
        "write down the labels as they are",
        "sql-security-label"
    );

    private static IEnumerable<Rule> MediumRules() =>
        [
            RenameTable,
            RenameColumn,
            RenameObject,
            ChangeType,
            DropConstraint,
            DropIndex,
            DropDefault,
            DropNotNull,
            DropExpression,
            GeneratedExpression,
            DropTrigger,
            DropView,
            DropFunction,
            DropPolicy,
            DropObject,
            ReplaceObject,
            AlterObject,
            AlterType,
            Update,
            Delete,
            Merge,
            Upsert,
            Privileges,
            OwnerChange,
            RoleChange,
            DatabaseSetting,
            DisableTrigger,
            DetachPartition,
            NoInherit,
            SetUnlogged,
            SequenceChange,
            RefreshWithoutData,
            ConnectElsewhere,
            SessionIdentity,
            SecurityLabel,
        ];
}
