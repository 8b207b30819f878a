namespace Surety.Core.Migrations.Rehearsal;

/// <summary>One table before and now, and how its values are read on both sides so that they can be compared.</summary>
/// <param name="CastBack">Values of another type are cast back to what they were.</param>
internal sealed record ComparedTable(TableShape Before, TableShape Now, bool CastBack)
{
    /// <summary>True where rows can be told apart, then as now, by what was the primary key.</summary>
    public bool HasKey => Before.Key.Count > 0 && Before.Key.All(Now.Columns.ContainsKey);

    /// <summary>The columns that are there still, in the order in which both sides are read.</summary>
    public IReadOnlyList<int> Kept { get; } = [.. Before.Columns.Keys.Where(Now.Columns.ContainsKey).Order()];

    /// <summary>The columns that are gone; they are read on the side that has them, after the others.</summary>
    public IReadOnlyList<int> Gone { get; } = [.. Before.Columns.Keys.Where(c => !Now.Columns.ContainsKey(c)).Order()];

    public string KeyBefore => ValueText.Key(Before);

    public string KeyNow => ValueText.Array(Before.Key.Select(TextNow));

    public string TextBefore(int column) => ValueText.Of(Before.Columns[column].Name, Before.Columns[column].Type);

    public string TextNow(int column)
    {
        var (before, now) = (Before.Columns[column], Now.Columns[column]);
        return CastBack && before.TypeId != now.TypeId
            ? ValueText.Of($"({now.Name})::{before.Type}", before.Type)
            : ValueText.Of(now.Name, before.Type);
    }
}

/// <summary>Values as text, and text as a hash: what two sides can be compared by.</summary>
internal static class ValueText
{
    /// <summary>The value as text, in SQL.</summary>
    public static string Of(string expression, string type) =>
        // json keeps the spaces that somebody typed, which mean nothing.
        type == "json"
            ? $"(({expression})::jsonb)::text"
            : $"({expression})::text";

    public static string Hash(string text, int seed = 0) => $"hashtextextended({text} COLLATE \"C\", {seed})";

    /// <summary>The key of a table as one text.</summary>
    public static string Key(TableShape table) =>
        Array(table.Key.Select(k => Of(table.Columns[k].Name, table.Columns[k].Type)));

    public static string Array(IEnumerable<string> texts) =>
        texts.ToList() is [var only] ? only : $"(ARRAY[{string.Join(", ", texts)}])::text";
}
