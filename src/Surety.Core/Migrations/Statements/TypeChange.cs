namespace Surety.Core.Migrations.Statements;

/// <summary>Can every value of one type be a value of another, and be told back from it?</summary>
internal static class TypeChange
{
    private static readonly string[] Integers = ["int2", "int4", "int8"];

    // Decimal digits that the integers may have.
    private static readonly int[] Digits = [5, 10, 19];

    /// <summary>True where no value can be lost. What is not known target be safe is not.</summary>
    /// <param name="source">Null where it is not known.</param>
    public static bool KeepsEveryValue(TypeName? source, TypeName target) =>
        TakesEverything(target)
        || (source is not null && source.IsArray == target.IsArray && KeepsEvery(source, target));

    // Only a cast that is implicit or by assignment gets here without USING: to timestamptz that is source dates and times of
    // day alone, and whatever goes to text can be read back from it.
    private static bool TakesEverything(TypeName target) =>
        !target.IsArray && target.Name is "text" or "varchar" or "timestamptz" && target.Limits.Count == 0;

    private static bool KeepsEvery(TypeName source, TypeName target) =>
        (source.Name, target.Name) switch
        {
            var (a, b) when a == b => NotLess(source, target),
            var (a, b) when Integers.Contains(a) && Integers.Contains(b) => Rank(a) <= Rank(b),
            ("serial2" or "serial4" or "serial8", _) => KeepsEvery(
                source with
                {
                    Name = $"int{source.Name[^1]}",
                },
                target
            ),
            (var a, "numeric") when Integers.Contains(a) => target.Limits.Count == 0
                || IntegerDigits(target) >= Digits[Rank(a)],
            ("int2", "float4" or "float8") or ("int4", "float8") or ("float4", "float8") => true,
            ("varchar" or "bpchar", "varchar") => NotLess(source, target),
            ("varchar" or "bpchar", "text") or ("date", "timestamp") or ("bit", "varbit") => true,
            ("timestamp", "timestamptz") => NotLess(source, target),
            ("text", "citext") or ("cidr", "inet") => true,
            _ => false,
        };

    private static bool NotLess(TypeName source, TypeName target) =>
        target.Limits.Count == 0
        || (
            source.Limits.Count > 0
            && (
                source.Name == "numeric"
                    ? IntegerDigits(target) >= IntegerDigits(source) && Scale(target) >= Scale(source)
                    : target.Limits[0] >= source.Limits[0]
            )
        );

    private static int Rank(string integer) => Array.IndexOf(Integers, integer);

    private static int IntegerDigits(TypeName numeric) => numeric.Limits[0] - Scale(numeric);

    private static int Scale(TypeName numeric) => numeric.Limits.Count > 1 ? numeric.Limits[1] : 0;
}
