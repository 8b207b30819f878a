using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Runs;

internal enum TransactionChangeKind
{
    None,
    Begin,
    End,
}

/// <summary>What statements have to do with transactions (manual, the notes of each command).</summary>
internal static class TransactionRules
{
    private const int WordsThatTell = 12;

    public static bool IsPlainBegin(SqlStatement statement) =>
        Words(statement) is ["begin"] or ["begin", "work" or "transaction"] or ["start", "transaction"];

    public static bool IsPlainCommit(SqlStatement statement) =>
        Words(statement) is ["commit" or "end"] or ["commit" or "end", "work" or "transaction"];

    /// <summary>Whether it begins or ends a transaction; savepoints do neither.</summary>
    public static TransactionChangeKind ChangeOf(SqlStatement statement) =>
        Words(statement) switch
        {
            ["begin", ..] or ["start", "transaction", ..] => TransactionChangeKind.Begin,
            ["rollback", .. var rest] when rest.Contains("to") => TransactionChangeKind.None,
            ["commit" or "end" or "rollback" or "abort", ..] => TransactionChangeKind.End,
            ["prepare", "transaction", ..] => TransactionChangeKind.End,
            _ => TransactionChangeKind.None,
        };

    /// <summary>True where PostgreSQL refuses it within a transaction.</summary>
    public static bool RefusesOne(SqlStatement statement) =>
        Words(statement) switch
        {
            ["alter", "system", ..] or ["cluster"] => true,
            ["create" or "drop", "database" or "tablespace" or "subscription", ..] => true,
            ["alter", "database", .. var rest] => rest.Contains("tablespace"),
            ["reindex", .. var rest] when rest.Any(word => word is "schema" or "database" or "system") => true,
            _ => IsConcurrentWork(statement),
        };

    /// <summary>True for work beside that of others: it waits long for them and keeps none of them waiting.</summary>
    public static bool WorksConcurrently(SqlStatement statement) =>
        IsConcurrentWork(statement)
        && statement.Tokens.Any(t => t.Kind == TokenKind.Word && Word(statement, t) == "concurrently");

    private static bool IsConcurrentWork(SqlStatement statement) =>
        StatementReader.Read(statement, CheckOptions.NewestVersion).Steps.OfType<ConcurrentWork>().Any();

    /// <summary>Its first words, in small letters; names in quotes are none.</summary>
    private static string[] Words(SqlStatement statement) =>
        [.. statement.Tokens.Where(t => t.Kind == TokenKind.Word).Take(WordsThatTell).Select(t => Word(statement, t))];

    private static string Word(SqlStatement statement, SqlToken token) =>
        statement.Text.Substring(token.Start, token.Length).ToLowerInvariant();
}
