using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Operations;

/// <summary>
/// What somebody asks a server to do: a command and its options. The API reads it from a body, pages make it themselves;
/// who may is decided by <see cref="OperationDesk"/> alone.
/// </summary>
public abstract record OperationRequest
{
    /// <summary>How long it may take, such as 90s, 30m (the default), 2h; 0 for any time.</summary>
    public string? Timeout { get; init; }

    /// <summary>The command.</summary>
    internal abstract string Operation { get; }

    /// <summary>The role that it takes.</summary>
    internal virtual AccessRole Role => AccessRole.Operator;

    /// <summary>True where it is about one backup.</summary>
    internal virtual bool NeedsBackup => true;

    /// <summary>The backup that is meant where the subject names none.</summary>
    internal virtual string? DefaultBackup => null;

    /// <summary>A second backup that it is about, as the caller names it.</summary>
    internal virtual string? OtherBackup => null;

    /// <summary>True where it is about one backup that was forgotten.</summary>
    internal virtual bool IsOfForgotten => false;

    /// <summary>True where it is about everything in the repository: for who may use all databases.</summary>
    internal virtual bool IsOfAllDatabases => false;

    /// <summary>True where it writes files for download.</summary>
    internal virtual bool HasOutput => false;

    /// <summary>Files that the command reads.</summary>
    internal virtual IReadOnlyList<RunScript> Scripts => [];

    /// <summary>What the server knows and the caller does not say.</summary>
    /// <param name="arguments">To write into.</param>
    /// <param name="context">The backup and the database that are meant.</param>
    internal abstract void Write(CommandArguments arguments, OperationContext context);
}

/// <summary>What destroys or replaces something: it takes the typed name of the database.</summary>
public abstract record DestructiveRequest : OperationRequest
{
    /// <summary>The name of the database on its server, typed by whoever knows what he does.</summary>
    public string? Confirm { get; init; }

    internal override AccessRole Role => AccessRole.Admin;

    /// <summary>False where this one only shows what it would do.</summary>
    internal virtual bool Destroys => true;
}

/// <summary>What an operation is about, as the caller names it.</summary>
/// <param name="Database">A name of the configuration.</param>
/// <param name="Backup">Id, any unique prefix of it, or <c>latest</c>; null where it is about none.</param>
public readonly record struct OperationSubject(string Database, string? Backup = null);

/// <summary>What an operation is about, as the server found it.</summary>
/// <param name="DatabaseName">Name of the database on its server.</param>
/// <param name="Backup">The whole id; null where it is about none.</param>
/// <param name="Other">The whole id of the second backup, or null.</param>
internal sealed record OperationContext(string DatabaseName, string? Backup, string? Other);
