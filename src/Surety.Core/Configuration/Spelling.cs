namespace Surety.Core.Configuration;

/// <summary>Finds the word that somebody probably meant.</summary>
public static class Spelling
{
    /// <summary>The candidate nearest to <paramref name="word"/>, or null where none is near enough to be a slip.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var allowed = Math.Max(1, word.Length / 3);
        return candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .Where(pair => pair.Distance <= allowed)
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();
    }

    /// <summary>Edits between two words, a swap of neighbours counting as one (optimal string alignment).</summary>
    private static int Distance(string left, string right)
    {
        var edits = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0 ? i + j : Cheapest(left, right, edits, i, j);
            }
        }

        return edits[left.Length, right.Length];
    }

    private static int Cheapest(string left, string right, int[,] edits, int i, int j)
    {
        var replaced = edits[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        var cheapest = Math.Min(replaced, 1 + Math.Min(edits[i - 1, j], edits[i, j - 1]));
        var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(cheapest, edits[i - 2, j - 2] + 1) : cheapest;
    }
}
