using Surety.Server.Runs;

namespace Surety.Server.Operations;

/// <summary>The options with which an operation is of a part of the database.</summary>
internal static class NarrowingOptions
{
    public const string Table = "--table";
    public const string Schema = "--schema";
    public const string ExcludeSchema = "--exclude-schema";

    private static readonly IReadOnlyList<string> All = [Table, Schema, ExcludeSchema];

    /// <summary>True where a run is of a part only.</summary>
    public static bool Narrow(Run run) => run.Request.Arguments.Any(IsOne);

    private static bool IsOne(string argument) => All.Contains(argument.Split('=', 2)[0]);
}
