namespace Surety.Bench;

/// <summary>The options of one verb: <c>--name value</c>, repeatable, or <c>--name</c> alone.</summary>
internal sealed class Arguments(IReadOnlyList<string> words)
{
    public string? Single(string name) => All(name).LastOrDefault();

    public IEnumerable<string> All(string name) =>
        words.Zip(words.Skip(1)).Where(pair => pair.First == name).Select(pair => pair.Second);

    public bool Has(string name) => words.Contains(name);
}
