using System.Text.RegularExpressions;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Server.Runs;

namespace Surety.Server.Operations;

/// <param name="Name">A file name that ends with <c>.sql</c>; files run in the order of their names.</param>
/// <param name="Sql">Its text.</param>
public sealed record UploadedScript(string Name, string Sql);

/// <summary>Rates migrations by their text.</summary>
public sealed record CheckRequest : OperationRequest
{
    public required IReadOnlyList<UploadedScript> Files { get; init; }

    /// <summary>none, low, medium or high (the default): from which risk on the run ends as not sound.</summary>
    public string? FailOn { get; init; }

    internal override string Operation => "check";

    internal override bool NeedsBackup => false;

    internal override IReadOnlyList<RunScript> Scripts => UploadedScripts.Checked(Files);

    internal override void Write(CommandArguments arguments, OperationContext context) =>
        arguments.Option("--fail-on", FailOn);
}

/// <summary>
/// Runs migrations on a copy of the database, and tells what they really did. It takes an admin: the SQL runs on the
/// server's machine as the owner of the database, and a superuser's SQL can start programs there.
/// </summary>
public sealed record RehearseRequest : OperationRequest
{
    public required IReadOnlyList<UploadedScript> Files { get; init; }

    /// <summary>The backup to make the copy from; the latest if left out.</summary>
    public string? Backup { get; init; }

    /// <summary>Definitions without rows: faster, and no loss is seen.</summary>
    public bool SchemaOnly { get; init; }

    /// <summary>none, low, medium or high (the default): from which risk on the run ends as not sound.</summary>
    public string? FailOn { get; init; }

    internal override string Operation => "rehearse";

    internal override AccessRole Role => AccessRole.Admin;

    internal override string DefaultBackup => Backup ?? ManifestStore.Latest;

    internal override IReadOnlyList<RunScript> Scripts => UploadedScripts.Checked(Files);

    internal override void Write(CommandArguments arguments, OperationContext context)
    {
        arguments.Option("--backup", context.Backup);
        arguments.Flag("--schema-only", SchemaOnly);
        arguments.Option("--fail-on", FailOn);
    }
}

/// <summary>What was uploaded, once it is known to be harmless to the server's own files.</summary>
internal static partial class UploadedScripts
{
    private const int MostFiles = 200;

    public static IReadOnlyList<RunScript> Checked(IReadOnlyList<UploadedScript> files)
    {
        if (files.Count == 0)
        {
            throw Wrong("there is no file", "send at least one: name and sql");
        }

        if (files.Count > MostFiles)
        {
            throw Wrong($"there are more than {MostFiles} files", "send fewer at once");
        }

        if (files.Select(file => file.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() < files.Count)
        {
            throw Wrong("two files have one name", "name each file once");
        }

        return [.. files.Select(file => Checked(file))];
    }

    private static RunScript Checked(UploadedScript file)
    {
        if (!PlainName().IsMatch(file.Name))
        {
            throw Wrong(
                $"'{file.Name}' is no name for a file of SQL",
                "letters, digits, '_', '-' and '.', and .sql at its end; up to 120 characters"
            );
        }

        return Inclusion().IsMatch(file.Sql)
            ? throw Wrong(
                $"{file.Name} includes another file (\\i), which would be one of the server's",
                "send one file with all of it"
            )
            : new RunScript(file.Name, file.Sql);
    }

    private static SuretyException Wrong(string fact, string hint) =>
        new(ErrorCode.InvalidArgument, $"{fact}; nothing was done", hint);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,115}\.sql\z")]
    private static partial Regex PlainName();

    /// <summary>Of psql: \i, \ir, \include and \include_relative read a file, wherever they stand.</summary>
    [GeneratedRegex(@"\\i(r|nclude(_relative)?)?\b")]
    private static partial Regex Inclusion();
}
