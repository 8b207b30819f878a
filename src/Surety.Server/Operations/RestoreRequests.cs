using Surety.Repository.Errors;

namespace Surety.Server.Operations;

/// <summary>Creates a database from a backup, on the server of the database that the backup is of.</summary>
public sealed record RestoreRequest : DestructiveRequest
{
    /// <summary>Name of the database to make: a new one, or one that is empty.</summary>
    public required string Into { get; init; }

    /// <summary>Everything belongs to the restoring role, without grants.</summary>
    public bool NoOwner { get; init; }

    /// <summary>Creates the roles that are missing, unable to log in.</summary>
    public bool CreateRoles { get; init; }

    internal override string Operation => "restore";

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        arguments.Option("--into", NameOf(Into));
        arguments.Flag("--no-owner", NoOwner);
        arguments.Flag("--create-roles", CreateRoles);
    }

    /// <summary>The command takes addresses too, and could be sent to any server with them.</summary>
    private static string NameOf(string into) =>
        into.Length > 0 && into.IndexOfAny(['/', '=', ':']) < 0
            ? into
            : throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"'{into}' is no name of a database to restore into; nothing was done",
                "name a database on the same server; for another server: surety restore --into URL"
            );
}

/// <summary>Brings single tables of a backup back into the database.</summary>
public sealed record RestoreTablesRequest : DestructiveRequest
{
    /// <summary>As SQL names them: <c>orders</c>, <c>sales.orders</c>, <c>"Sales"."Orders"</c>.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>Replaces the rows of tables that exist, instead of restoring beside them.</summary>
    public bool Replace { get; init; }

    /// <summary>Everything belongs to the restoring role, without grants.</summary>
    public bool NoOwner { get; init; }

    internal override string Operation => "restore";

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        arguments.Options(NarrowingOptions.Table, RollbackOptionsOf.Named(Tables));
        arguments.Flag("--replace", Replace);
        arguments.Flag("--no-owner", NoOwner);
        arguments.Flag("--yes", Replace);
    }
}

/// <summary>Shows what a rollback would do, and does nothing.</summary>
public sealed record RollbackPlanRequest : OperationRequest, IRollbackOptions
{
    public string? Strategy { get; init; }

    public IReadOnlyList<string>? Tables { get; init; }

    public IReadOnlyList<string>? Schemas { get; init; }

    public IReadOnlyList<string>? ExcludedSchemas { get; init; }

    internal override string Operation => "rollback";

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        RollbackOptionsOf.Write(this, arguments);
        arguments.Flag("--dry-run", true);
    }
}

/// <summary>Makes the database equal to a backup again, behind a safety backup of what it is now.</summary>
public sealed record RollbackRequest : DestructiveRequest, IRollbackOptions
{
    public string? Strategy { get; init; }

    public IReadOnlyList<string>? Tables { get; init; }

    public IReadOnlyList<string>? Schemas { get; init; }

    public IReadOnlyList<string>? ExcludedSchemas { get; init; }

    /// <summary>sums (the default) or reread.</summary>
    public string? Proof { get; init; }

    /// <summary>With tables: accepts rows that refer to rows which do not exist afterwards.</summary>
    public bool AllowDangling { get; init; }

    /// <summary>Swaps although replication slots or subscriptions stay with the database that is put aside.</summary>
    public bool LeaveReplication { get; init; }

    internal override string Operation => "rollback";

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        RollbackOptionsOf.Write(this, arguments);
        arguments.Option("--proof", Proof);
        arguments.Flag("--allow-dangling", AllowDangling);
        arguments.Flag("--leave-replication", LeaveReplication);
        arguments.Flag("--yes", true);
    }
}

/// <summary>What a rollback and its plan take.</summary>
internal interface IRollbackOptions
{
    /// <summary>auto (the default), rewind, swap or replace.</summary>
    string? Strategy { get; }

    /// <summary>These tables only.</summary>
    IReadOnlyList<string>? Tables { get; }

    /// <summary>The objects of these schemas only.</summary>
    IReadOnlyList<string>? Schemas { get; }

    /// <summary>Without those of these schemas.</summary>
    IReadOnlyList<string>? ExcludedSchemas { get; }
}

internal static class RollbackOptionsOf
{
    public static void Write(IRollbackOptions options, CommandArguments arguments)
    {
        arguments.Option("--strategy", options.Strategy);
        arguments.Options(NarrowingOptions.Table, options.Tables);
        arguments.Options(NarrowingOptions.Schema, options.Schemas);
        arguments.Options(NarrowingOptions.ExcludeSchema, options.ExcludedSchemas);
    }

    /// <summary>A restore without tables would be one of the whole database.</summary>
    public static IReadOnlyList<string> Named(IReadOnlyList<string> tables) =>
        tables.Count > 0
            ? tables
            : throw new SuretyException(ErrorCode.InvalidArgument, "no table is named; nothing was done", null);
}
