namespace Surety.Server.Operations;

/// <summary>Reads the bytes of one backup and checks every one.</summary>
public sealed record VerifyRequest : OperationRequest
{
    internal override string Operation => "verify";

    internal override void Write(CommandArguments arguments, OperationContext context) =>
        arguments.Add(context.Backup!);
}

/// <summary>Reads the bytes of all backups in the repository of a database, those of other databases too.</summary>
public sealed record VerifyAllRequest : OperationRequest
{
    /// <summary>Reads only what was not read within that time, such as 7d.</summary>
    public string? OlderThan { get; init; }

    internal override string Operation => "verify";

    internal override bool NeedsBackup => false;

    internal override bool IsOfAllDatabases => true;

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Flag("--all", true);
        arguments.Option("--older-than", OlderThan);
    }
}

/// <summary>Compares the database with a backup, exactly.</summary>
public sealed record ValidateRequest : OperationRequest
{
    internal override string Operation => "validate";

    internal override void Write(CommandArguments arguments, OperationContext context) =>
        arguments.Add(context.Backup!);
}

/// <summary>Shows in which rows and definitions a backup differs from the database, or from a later backup.</summary>
public sealed record DiffRequest : OperationRequest
{
    /// <summary>The other backup; the database as it is now if left out.</summary>
    public string? Other { get; init; }

    /// <summary>The rows of these tables and nothing else.</summary>
    public IReadOnlyList<string>? Tables { get; init; }

    internal override string Operation => "diff";

    internal override string? OtherBackup => Other;

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        if (context.Other is { } other)
        {
            arguments.Add(other);
        }

        arguments.Options(NarrowingOptions.Table, Tables);
    }
}

/// <summary>Restores a backup into a scratch server, proves it there, and records the time.</summary>
public sealed record DrillRequest : OperationRequest
{
    internal override string Operation => "drill";

    internal override void Write(CommandArguments arguments, OperationContext context) =>
        arguments.Add(context.Backup!);
}

/// <summary>Writes the tables of a backup into files for other programs, from a proven copy. The run's files are downloaded.</summary>
public sealed record ExportRequest : OperationRequest
{
    /// <summary>sql, csv or json.</summary>
    public required string Format { get; init; }

    /// <summary>Only these tables.</summary>
    public IReadOnlyList<string>? Tables { get; init; }

    public bool Gzip { get; init; }

    /// <summary>Of sql: a file for each table.</summary>
    public bool FilePerTable { get; init; }

    /// <summary>Of sql: without owners and grants.</summary>
    public bool NoOwner { get; init; }

    internal override string Operation => "export";

    internal override bool HasOutput => true;

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        arguments.Option("--format", Format);
        arguments.Options(NarrowingOptions.Table, Tables);
        arguments.Flag("--gzip", Gzip);
        arguments.Flag("--file-per-table", FilePerTable);
        arguments.Flag("--no-owner", NoOwner);
    }
}
