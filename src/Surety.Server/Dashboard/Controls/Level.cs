namespace Surety.Server.Dashboard.Controls;

/// <summary>How something stands; each has one colour and one icon on every page.</summary>
public enum Level
{
    /// <summary>Nothing is claimed.</summary>
    Plain,
    Good,

    /// <summary>Somebody should look.</summary>
    Caution,
    Bad,

    /// <summary>Under way.</summary>
    Active,
}
