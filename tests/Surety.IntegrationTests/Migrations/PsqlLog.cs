using System.Text;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.Migrations;

/// <summary>What psql sends to the server when it runs a script, query by query, from its own log.</summary>
internal static class PsqlLog
{
    private const string Begin = "********* QUERY **********\n";
    private const string End = "\n**************************\n";

    public static async Task<IReadOnlyList<string>> OfAsync(ConnectionTarget target, string script)
    {
        using var folder = new TemporaryFolder();
        var log = Path.Combine(folder.Path, "log");
        var tools = await PostgresFixture.ToolsAsync();
        string[] arguments = ["--no-psqlrc", "--quiet", "--output=/dev/null", $"--log-file={log}"];
        var command = new ToolCommand(tools.PathOf(PostgresTool.Psql), arguments)
        {
            Environment = target.ToEnvironment(),
            Input = new MemoryStream(Encoding.UTF8.GetBytes(script)),
        };
        await ToolProcess.ReadTextAsync(command, CancellationToken.None);
        var text = await File.ReadAllTextAsync(log);
        var queries = new List<string>();
        for (var at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0; )
        {
            var start = at + Begin.Length;
            var end = text.IndexOf(End, start, StringComparison.Ordinal);
            queries.Add(WithoutSpace(text[start..end]));
            at = text.IndexOf(Begin, end, StringComparison.Ordinal);
        }

        return queries;
    }

    // Where a command of psql stood within a statement, psql leaves other space than Surety.
    private static string WithoutSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>The same from Surety's splitter: what <c>\;</c> separates is sent together.</summary>
    public static IReadOnlyList<string> FromSplitter(string script)
    {
        var queries = new List<string>();
        var together = "";
        foreach (var statement in MigrationScript.Parse(script).Items.OfType<SqlStatement>())
        {
            together += statement.Text;
            if (!statement.SentWithNext)
            {
                queries.Add(WithoutSpace(together));
                together = "";
            }
        }

        return queries;
    }
}
