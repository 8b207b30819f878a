using Surety.Core.Configuration.Serving;

namespace Surety.Server.Operations;

/// <summary>Makes a backup.</summary>
public sealed record BackupRequest : OperationRequest
{
    /// <summary>What the backup is for.</summary>
    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Only these schemas.</summary>
    public IReadOnlyList<string>? Schemas { get; init; }

    /// <summary>Without these schemas.</summary>
    public IReadOnlyList<string>? ExcludedSchemas { get; init; }

    internal override string Operation => "backup";

    internal override bool NeedsBackup => false;

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Option("--description", Description);
        arguments.Options(
            "--tag",
            [.. (Tags ?? new Dictionary<string, string>()).Select(tag => $"{tag.Key}={tag.Value}")]
        );
        arguments.Options(NarrowingOptions.Schema, Schemas);
        arguments.Options(NarrowingOptions.ExcludeSchema, ExcludedSchemas);
    }
}

/// <summary>Copies a backup into another repository.</summary>
public sealed record CopyRequest : OperationRequest
{
    /// <summary>Name of the repository in the configuration.</summary>
    public required string To { get; init; }

    internal override string Operation => "copy";

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        arguments.Option("--to", To);
    }
}

/// <summary>Keeps a backup whatever the retention says.</summary>
public sealed record PinRequest : OperationRequest
{
    public string? Reason { get; init; }

    internal override string Operation => "pin";

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        arguments.Option("--reason", Reason);
    }
}

/// <summary>Leaves a backup to the retention again.</summary>
public sealed record UnpinRequest : OperationRequest
{
    internal override string Operation => "unpin";

    internal override void Write(CommandArguments arguments, OperationContext context) =>
        arguments.Add(context.Backup!);
}

/// <summary>Takes a backup off the list; until a prune some days later it can be brought back.</summary>
public sealed record ForgetRequest : DestructiveRequest
{
    /// <summary>Also the newest backup of the database, and the newest that is whole or proven.</summary>
    public bool AllowNewest { get; init; }

    internal override string Operation => "forget";

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Add(context.Backup!);
        arguments.Flag("--allow-newest", AllowNewest);
        arguments.Flag("--yes", true);
    }
}

/// <summary>Brings a forgotten backup back.</summary>
public sealed record UnforgetRequest : DestructiveRequest
{
    internal override string Operation => "unforget";

    internal override bool IsOfForgotten => true;

    internal override void Write(CommandArguments arguments, OperationContext context) =>
        arguments.Add(context.Backup!);
}

/// <summary>Forgets the backups of the database that no rule of the configuration keeps, and deletes what no backup needs.</summary>
public sealed record PruneRequest : DestructiveRequest
{
    /// <summary>Shows what would be done, and why, and does nothing. Needs no <c>confirm</c>.</summary>
    public bool DryRun { get; init; }

    internal override string Operation => "prune";

    internal override AccessRole Role => DryRun ? AccessRole.Operator : AccessRole.Admin;

    internal override bool NeedsBackup => false;

    internal override bool Destroys => !DryRun;

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Option("--database", context.DatabaseName);
        arguments.Flag(DryRun ? "--dry-run" : "--yes", true);
    }
}
