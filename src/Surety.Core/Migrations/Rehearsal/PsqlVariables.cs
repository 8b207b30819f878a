using System.Text;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>The variables of psql that a script sets itself. PostgreSQL manual, psql, "SQL Interpolation".</summary>
internal sealed class PsqlVariables
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <param name="arguments">Of <c>\set</c>: a name and values, which psql puts together.</param>
    public void Set(string arguments)
    {
        var words = arguments.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0)
        {
            values[words[0]] = words.Length > 1 ? Unquote(words[1].Trim()) : "";
        }
    }

    /// <summary>A statement as it is sent: a variable that nobody set stays as it stands there.</summary>
    public string FillIn(SqlStatement statement) =>
        statement.HasVariables ? FillIn(statement.Text, statement.Tokens) : statement.Text;

    public string FillIn(string arguments)
    {
        var statement = MigrationScript.Parse(arguments).Statements.FirstOrDefault();
        return statement is { HasVariables: true } ? FillIn(statement) : arguments;
    }

    private string FillIn(string text, IReadOnlyList<SqlToken> tokens)
    {
        var filled = new StringBuilder();
        var done = 0;
        foreach (var token in tokens.Where(t => t.Kind == TokenKind.Variable))
        {
            filled.Append(text, done, token.Start - done).Append(ValueOf(text.Substring(token.Start, token.Length)));
            done = token.End;
        }

        return filled.Append(text, done, text.Length - done).ToString();
    }

    private string ValueOf(string written)
    {
        var name = written.Trim(':', '\'', '"', '{', '?', '}');
        if (written.StartsWith(":{?", StringComparison.Ordinal))
        {
            return values.ContainsKey(name) ? "TRUE" : "FALSE";
        }

        return !values.TryGetValue(name, out var value) ? written
            : written[1] == '\'' ? SqlText.Literal(value)
            : written[1] == '"' ? SqlText.Identifier(value)
            : value;
    }

    private static string Unquote(string value) =>
        value is ['\'', .., '\''] ? value[1..^1].Replace("''", "'", StringComparison.Ordinal) : value;
}
