namespace Surety.Core.Migrations.Scripts;

/// <summary>
/// Follows <c>BEGIN ATOMIC ... END</c>, whose semicolons end no statement. psql has no grammar for it: it goes by the first
/// words of a statement being CREATE [OR REPLACE] FUNCTION or PROCEDURE, then counts BEGIN and CASE against END.
/// </summary>
internal sealed class RoutineBody
{
    private readonly char[] firstWords = new char[4];
    private int words;
    private int depth;

    public bool IsOpen => depth > 0;

    public void NextStatement() => words = 0;

    public void Word(ReadOnlySpan<char> word, bool inParentheses)
    {
        if (words == 0)
        {
            Array.Clear(firstWords);
        }

        if (words < firstWords.Length && LeadingWord(word))
        {
            firstWords[words] = char.ToLowerInvariant(word[0]);
        }

        words++;
        if (inParentheses || !IsRoutine)
        {
            return;
        }

        if (Is(word, "begin") || (depth > 0 && Is(word, "case")))
        {
            depth++;
        }
        else if (depth > 0 && Is(word, "end"))
        {
            depth--;
        }
    }

    private bool IsRoutine => firstWords is ['c', 'f' or 'p', ..] or ['c', 'o', 'r', 'f' or 'p'];

    private static bool LeadingWord(ReadOnlySpan<char> word) =>
        Is(word, "create") || Is(word, "or") || Is(word, "replace") || Is(word, "function") || Is(word, "procedure");

    private static bool Is(ReadOnlySpan<char> word, string keyword) =>
        word.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}
