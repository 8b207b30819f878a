namespace Surety.Server.Dashboard.Controls;

/// <summary>One value of a chart.</summary>
/// <param name="Label">What it is of, and the value in words.</param>
/// <param name="Value">Not negative.</param>
/// <param name="Level">Gives the bar its colour.</param>
public readonly record struct ChartPoint(string Label, double Value, Level Level = Level.Plain);
