using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Scripts;

namespace Surety.Tests.Migrations.Check;

/// <summary>Scripts checked as the command does it.</summary>
internal static class Checked
{
    public static CheckReport Report(string sql, CheckOptions? options = null) =>
        MigrationCheck.Run([MigrationScript.Parse(sql, "a.sql")], options ?? new CheckOptions());

    /// <summary>The last statement of a script.</summary>
    public static RatedStatement Last(string sql, CheckOptions? options = null) =>
        Report(sql, options).Statements.Last();

    /// <summary>The names of every rule that speaks, in their order.</summary>
    public static IReadOnlyList<string> Rules(string sql, CheckOptions? options = null) =>
        [.. Report(sql, options).Statements.SelectMany(s => s.Findings).Select(f => f.Rule.Name)];
}
